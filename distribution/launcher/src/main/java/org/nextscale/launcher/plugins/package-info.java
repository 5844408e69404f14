/** What became of the jars in the plugin folders. The framework shares this package with the bundles. */
@Export
@Version("1.0.0")
package org.nextscale.launcher.plugins;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
