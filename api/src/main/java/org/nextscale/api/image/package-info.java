/** Images as the networks see them and as files hold them, and sets of them to learn from or to measure. */
@Export
@Version("1.0.0")
package org.nextscale.api.image;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
