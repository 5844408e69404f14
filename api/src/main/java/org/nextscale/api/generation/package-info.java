/** Requests for images, what comes back, and how to watch or stop the work. */
@Export
@Version("1.0.0")
package org.nextscale.api.generation;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
