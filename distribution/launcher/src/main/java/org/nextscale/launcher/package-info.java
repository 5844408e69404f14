/**
 * Starts Nextscale. {@link org.nextscale.launcher.Main} is what {@code bin/nextscale} runs,
 * {@link org.nextscale.launcher.Container} the embedded OSGi framework with the bundles of an installation,
 * {@link org.nextscale.launcher.PluginFolders} the watched folders,
 * {@link org.nextscale.launcher.FlatClassPath} the same jars without a framework.
 */
package org.nextscale.launcher;
