/** Where images to be measured come from. */
@Export
@Version("1.0.0")
package org.nextscale.evaluation.images;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
