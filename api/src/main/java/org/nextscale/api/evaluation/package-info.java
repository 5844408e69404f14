/** Feature networks: what a bundle implements so that images can be measured in a network's features. */
@Export
@Version("1.0.0")
package org.nextscale.api.evaluation;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
