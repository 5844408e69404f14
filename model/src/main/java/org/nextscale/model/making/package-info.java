/** Making model packages: of checkpoints, of trained weights, of random numbers. */
@Export
@Version("1.0.0")
package org.nextscale.model.making;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
