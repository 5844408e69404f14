/** Looking into files that may hold a model. */
@Export
@Version("1.0.0")
package org.nextscale.model.inspection;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
