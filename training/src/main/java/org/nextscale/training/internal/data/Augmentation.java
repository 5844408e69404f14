package org.nextscale.training.internal.data;

/**
 * What is varied when an image is seen again.
 *
 * @param crop take a random square instead of the middle
 * @param flip mirror every second image, by chance
 */
public record Augmentation(boolean crop, boolean flip) {
    /** Nothing is. */
    public static final Augmentation NONE = new Augmentation(false, false);
}
