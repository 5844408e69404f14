package org.nextscale.api.image;

/** Width and height in pixels. */
public record ImageSize(int width, int height) {
    /** Whether both show the same part of the world: equal proportions within a pixel or so. */
    public boolean sameShape(ImageSize other) {
        double ratio = (double) width * other.height / ((double) height * other.width);
        return Math.abs(ratio - 1) < 0.01;
    }

    @Override
    public String toString() {
        return width + " x " + height;
    }
}
