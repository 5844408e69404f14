/** From logits to tokens: guidance, samplers and the random stream they draw from. */
@Export
@Version("1.0.0")
package org.nextscale.api.sampling;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
