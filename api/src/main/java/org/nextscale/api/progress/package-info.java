/** How work that takes a while says how far it is, and how it is stopped: the same everywhere. */
@Export
@Version("1.0.0")
package org.nextscale.api.progress;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
