/** The shape of a VAR model (pyramid, tokenizer, transformer) and where its weights come from. */
@Export
@Version("1.0.0")
package org.nextscale.api.model;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
