/** What the launcher starts, and what both tell each other. The framework shares this package with the bundles. */
@Export
@Version("1.0.0")
package org.nextscale.launcher.program;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
