/** The shell, and the commands that only it has. */
package org.nextscale.cli.internal.command.shell;
