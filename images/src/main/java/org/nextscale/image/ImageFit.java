package org.nextscale.image;

import java.util.Optional;
import org.nextscale.api.image.ImageSize;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.image.RgbImage;

/**
 * How images of any size come to the square that a model takes. Pictures are resized (Lanczos, as Pillow does). Small images of a
 * set whose images are all of one size get black around them, which keeps every pixel as it was (28 to 32 for MNIST), as long as
 * that is less than half as much again.
 */
public final class ImageFit {
    /** Of pictures longer than this many times their shorter edge only the middle counts. */
    public static final int MOST_LENGTH = 4;

    private static final double MOST_PADDING = 1.5;

    private ImageFit() {}

    /**
     * The square in a picture's middle, resized.
     *
     * @param side pixels along an edge of the result
     * @return {@code [1, 3, side, side]} in [-1, 1]
     */
    public static Pixels square(RgbImage image, int side) {
        float[] resized = square(image, Resampling.LANCZOS, side);
        int plane = side * side;
        float[] values = new float[3 * plane];
        for (int i = 0; i < plane; i++) {
            for (int channel = 0; channel < 3; channel++) {
                float value = resized[3 * i + channel] / 127.5f - 1;
                values[channel * plane + i] = Math.max(-1, Math.min(1, value));
            }
        }
        return new Pixels(1, side, side, values);
    }

    /** The same as {@code [side, side, 3]} in 0..255. */
    static float[] square(RgbImage image, Resampling filter, int side) {
        int edge = Math.min(image.width(), image.height());
        RgbImage square = middle(image, edge, edge);
        if (edge != side) {
            return filter.resize(square.rgb(), 3, edge, side);
        }
        float[] same = new float[square.rgb().length];
        for (int i = 0; i < same.length; i++) {
            same[i] = square.rgb()[i] & 0xff;
        }
        return same;
    }

    /**
     * All of a picture (of very long ones the middle, {@link #MOST_LENGTH}), its shorter edge resized.
     *
     * @param shortEdge pixels along the shorter edge of the result
     */
    public static RgbImage shortEdge(RgbImage image, int shortEdge) {
        int most = MOST_LENGTH * Math.min(image.width(), image.height());
        RgbImage whole = middle(image, Math.min(image.width(), most), Math.min(image.height(), most));
        double scale = (double) shortEdge / Math.min(whole.width(), whole.height());
        return Resampling.LANCZOS.resized(whole, (int) Math.max(shortEdge, Math.round(whole.width() * scale)), (int)
                Math.max(shortEdge, Math.round(whole.height() * scale)));
    }

    /**
     * A small image with black around it, its pixels as they were.
     *
     * @param side pixels along an edge of the result
     * @return empty if that would be too much black, or the image is larger
     */
    public static Optional<RgbImage> padded(RgbImage image, int side) {
        return isPadded(new ImageSize(image.width(), image.height()), side)
                ? Optional.of(framed(image, side))
                : Optional.empty();
    }

    /**
     * Whether {@link #padded} makes a square of this size of such an image.
     *
     * @param side pixels along an edge of the result
     */
    public static boolean isPadded(ImageSize size, int side) {
        int edge = Math.max(size.width(), size.height());
        return edge <= side && side <= MOST_PADDING * edge;
    }

    /** A square around an image of which nothing is cut off, black where it is no square. */
    public static RgbImage wholeSquare(RgbImage image) {
        return framed(image, Math.max(image.width(), image.height()));
    }

    private static RgbImage framed(RgbImage image, int side) {
        if (image.width() == side && image.height() == side) {
            return image;
        }
        byte[] rgb = new byte[3 * side * side];
        int top = (side - image.height()) / 2;
        int left = (side - image.width()) / 2;
        int row = 3 * image.width();
        for (int y = 0; y < image.height(); y++) {
            System.arraycopy(image.rgb(), y * row, rgb, 3 * ((y + top) * side + left), row);
        }
        return new RgbImage(side, side, rgb);
    }

    private static RgbImage middle(RgbImage image, int width, int height) {
        if (width == image.width() && height == image.height()) {
            return image;
        }
        byte[] rgb = new byte[3 * width * height];
        int top = (image.height() - height) / 2;
        int left = (image.width() - width) / 2;
        for (int y = 0; y < height; y++) {
            System.arraycopy(image.rgb(), 3 * ((y + top) * image.width() + left), rgb, 3 * y * width, 3 * width);
        }
        return new RgbImage(width, height, rgb);
    }
}
