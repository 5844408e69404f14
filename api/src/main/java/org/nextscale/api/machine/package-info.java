/** The machine that backends are chosen for: what its processor can do, how much memory is free. */
@Export
@Version("1.0.0")
package org.nextscale.api.machine;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
