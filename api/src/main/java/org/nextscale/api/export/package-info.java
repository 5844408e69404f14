/** Exporters: what a bundle implements to write a model as files that other programs read. */
@Export
@Version("1.0.0")
package org.nextscale.api.export;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
