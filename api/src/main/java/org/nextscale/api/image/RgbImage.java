package org.nextscale.api.image;

import java.awt.image.BufferedImage;

/**
 * An image as files hold it: a byte a colour. The array is shared, not copied.
 *
 * @param rgb {@code [height, width, 3]}, rows from top to bottom
 */
public record RgbImage(int width, int height, byte[] rgb) {
    public RgbImage {
        if (width <= 0 || height <= 0 || rgb.length != 3L * width * height) {
            throw new IllegalArgumentException(rgb.length + " bytes are not [" + height + ", " + width + ", 3]");
        }
    }

    /** One image of a batch: [-1, 1] to 0..255, rounded to nearest, what lies outside is cut off. */
    public static RgbImage of(Pixels pixels, int index) {
        int plane = pixels.height() * pixels.width();
        int first = index * Pixels.CHANNELS * plane;
        byte[] rgb = new byte[plane * 3];
        for (int channel = 0; channel < 3; channel++) {
            for (int i = 0; i < plane; i++) {
                float value = pixels.values()[first + channel * plane + i];
                rgb[3 * i + channel] = (byte) Math.max(0, Math.min(255, Math.round((value + 1) * 127.5f)));
            }
        }
        return new RgbImage(pixels.width(), pixels.height(), rgb);
    }

    /** As the networks see it: one image {@code [1, 3, height, width]} in [-1, 1]. */
    public Pixels toPixels() {
        int plane = height * width;
        float[] values = new float[3 * plane];
        for (int i = 0; i < plane; i++) {
            for (int channel = 0; channel < 3; channel++) {
                values[channel * plane + i] = (rgb[3 * i + channel] & 0xff) / 127.5f - 1;
            }
        }
        return new Pixels(1, height, width, values);
    }

    /** For Java's own drawing and showing; needs the module {@code java.desktop}. */
    public BufferedImage toBufferedImage() {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = 3 * (y * width + x);
                row[x] = (rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | rgb[at + 2] & 0xff;
            }
            image.setRGB(0, y, width, 1, row, 0, width);
        }
        return image;
    }

    /** Every pixel as a square of {@code factor × factor} pixels: small images to look at. */
    public RgbImage enlarged(int factor) {
        if (factor == 1) {
            return this;
        }
        int wide = Math.multiplyExact(width, factor);
        int high = Math.multiplyExact(height, factor);
        byte[] large = new byte[Math.multiplyExact(Math.multiplyExact(wide, high), 3)];
        for (int y = 0; y < height; y++) {
            int row = y * factor * wide * 3;
            for (int x = 0; x < wide; x++) {
                System.arraycopy(rgb, (y * width + x / factor) * 3, large, row + x * 3, 3);
            }
            for (int copy = 1; copy < factor; copy++) {
                System.arraycopy(large, row, large, row + copy * wide * 3, wide * 3);
            }
        }
        return new RgbImage(wide, high, large);
    }
}
