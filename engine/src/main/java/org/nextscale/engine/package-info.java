/** The engine: models on backends, asked for images. {@link org.nextscale.engine.Nextscale} is where a program starts. */
@Export
@Version("1.0.0")
package org.nextscale.engine;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
