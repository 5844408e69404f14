/** Compute backends: what a bundle implements to run the two networks of a VAR model. */
@Export
@Version("1.0.0")
package org.nextscale.api.backend;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
