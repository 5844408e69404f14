/** Models on disk, opened. */
@Export
@Version("1.0.0")
package org.nextscale.model;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
