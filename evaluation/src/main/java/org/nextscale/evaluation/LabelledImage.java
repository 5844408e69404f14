package org.nextscale.evaluation;

import java.util.OptionalInt;
import org.nextscale.engine.image.RgbImage;

/**
 * An image to be measured.
 *
 * @param label number of its class, where it is known
 */
public record LabelledImage(RgbImage image, OptionalInt label) {}
