/** Plugins of one's own: a project to begin with, and what a jar would do. */
package org.nextscale.cli.internal.command.plugin;
