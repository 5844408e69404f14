/** What every command has. The commands themselves are in the packages below, by what they are about. */
package org.nextscale.cli.internal.command;
