package org.nextscale.image.internal.format;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;

/** What the channels of a JPEG are. Arithmetic as in libjpeg (jdcolor.c), so that values are the same to the bit. */
enum JpegColours {
    GREY,
    RGB,
    YCBCR,
    /** Inks: 255 is none where a file has Adobe's marker, 0 is none in others. */
    CMYK,
    INVERTED_CMYK,
    INVERTED_YCCK;

    private static final int BITS = 16;
    private static final int HALF = 1 << BITS - 1;
    private static final int RED_OF_CR = fixed(1.40200);
    private static final int BLUE_OF_CB = fixed(1.77200);
    private static final int GREEN_OF_CR = fixed(0.71414);
    private static final int GREEN_OF_CB = fixed(0.34414);

    private static int fixed(double factor) {
        return (int) (factor * (1 << BITS) + 0.5);
    }

    /** The raw channels as colours. */
    BufferedImage picture(Raster raster) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        BufferedImage image = new BufferedImage(
                width, height, this == GREY ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
        byte[] values = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        int[] row = new int[width * raster.getNumBands()];
        for (int y = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            if (this == GREY) {
                for (int x = 0; x < width; x++) {
                    values[y * width + x] = (byte) row[x];
                }
            } else {
                for (int x = 0; x < width; x++) {
                    int rgb = rgb(row, x * raster.getNumBands());
                    int at = 3 * (y * width + x);
                    values[at] = (byte) rgb;
                    values[at + 1] = (byte) (rgb >> 8);
                    values[at + 2] = (byte) (rgb >> 16);
                }
            }
        }
        return image;
    }

    private int rgb(int[] row, int at) {
        return switch (this) {
            case GREY -> throw new IllegalStateException("one channel");
            case RGB -> packed(row[at], row[at + 1], row[at + 2]);
            case YCBCR -> fromYcbcr(row[at], row[at + 1], row[at + 2]);
            case CMYK -> inked(row[at], row[at + 1], row[at + 2], 255 - row[at + 3]);
            case INVERTED_CMYK -> inked(255 - row[at], 255 - row[at + 1], 255 - row[at + 2], row[at + 3]);
            case INVERTED_YCCK -> {
                // libjpeg makes inks of colours, 255 less each, and these are inverted.
                int inks = fromYcbcr(row[at], row[at + 1], row[at + 2]);
                yield inked(inks >> 16, inks >> 8 & 0xff, inks & 0xff, row[at + 3]);
            }
        };
    }

    private static int fromYcbcr(int y, int cb, int cr) {
        int u = cb - 128;
        int v = cr - 128;
        return packed(
                clamped(y + (RED_OF_CR * v + HALF >> BITS)),
                clamped(y + (-GREEN_OF_CB * u - GREEN_OF_CR * v + HALF >> BITS)),
                clamped(y + (BLUE_OF_CB * u + HALF >> BITS)));
    }

    /** What inks leave of the light that black leaves, as Pillow has it (Convert.c, {@code cmyk2rgb}). */
    private static int inked(int cyan, int magenta, int yellow, int light) {
        return packed(light - product(cyan, light), light - product(magenta, light), light - product(yellow, light));
    }

    private static int product(int a, int b) {
        int rounded = a * b + 128;
        return (rounded >> 8) + rounded >> 8;
    }

    private static int clamped(int value) {
        return Math.max(0, Math.min(255, value));
    }

    private static int packed(int red, int green, int blue) {
        return red << 16 | green << 8 | blue;
    }
}
