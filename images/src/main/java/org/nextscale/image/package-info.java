/**
 * Images in files: reading what a user has, writing what a model made together with all that is needed to make it again.
 *
 * <p>{@link org.nextscale.image.PngFile} writes PNG without {@code java.awt}, whose start alone would take longer
 * than a small image; {@link org.nextscale.image.ImageFiles} reads PNG and JPEG with the JDK's {@code ImageIO}, and whatever
 * it is lent an {@link org.nextscale.image.ImageFormat} for.
 */
@Export
@Version("1.0.0")
package org.nextscale.image;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
