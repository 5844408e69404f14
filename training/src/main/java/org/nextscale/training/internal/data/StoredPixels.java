package org.nextscale.training.internal.data;

import org.nextscale.engine.image.RgbImage;

/**
 * Small square images one after the other.
 *
 * @param edge pixels along an edge
 * @param channels 1 for grey, 3 for colour
 * @param bytes {@code [count, edge, edge, channels]}, shared
 */
record StoredPixels(int edge, int channels, byte[] bytes) {

    int count() {
        return bytes.length / (edge * edge * channels);
    }

    /** One of them; grey is repeated over the three channels. */
    RgbImage image(int index) {
        int pixels = edge * edge;
        byte[] rgb = new byte[3 * pixels];
        if (channels == 3) {
            System.arraycopy(bytes, index * rgb.length, rgb, 0, rgb.length);
        } else {
            for (int i = 0; i < pixels; i++) {
                byte grey = bytes[index * pixels + i];
                rgb[3 * i] = grey;
                rgb[3 * i + 1] = grey;
                rgb[3 * i + 2] = grey;
            }
        }
        return new RgbImage(edge, edge, rgb);
    }
}
