/** The interactive prompt: its lines, where they come from, what could come next in one. */
package org.nextscale.cli.internal.shell;
