/** The networks in whose features images are measured. */
@Export
@Version("1.0.0")
package org.nextscale.evaluation.network;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
