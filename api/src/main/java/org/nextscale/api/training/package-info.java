/** Training: what a bundle implements to make a tokenizer or a transformer from images. */
@Export
@Version("1.0.0")
package org.nextscale.api.training;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
