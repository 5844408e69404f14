/**
 * What programs use: an {@link org.nextscale.api.engine.Engine} finds plugins and opens models, an
 * {@link org.nextscale.api.engine.ImageGenerator} makes images. {@link org.nextscale.api.engine.Nextscale} is where a program
 * starts.
 */
@Export
@Version("1.0.0")
package org.nextscale.api.engine;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
