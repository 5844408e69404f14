/** Images to multi-scale tokens and back. */
@Export
@Version("1.0.0")
package org.nextscale.api.tokenizer;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
