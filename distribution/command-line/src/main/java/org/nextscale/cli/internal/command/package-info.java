/** The commands, one class each. */
package org.nextscale.cli.internal.command;
