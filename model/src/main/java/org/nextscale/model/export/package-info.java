/** Writing models as files of other programs. */
@Export
@Version("1.0.0")
package org.nextscale.model.export;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
