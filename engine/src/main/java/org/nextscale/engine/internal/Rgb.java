package org.nextscale.engine.internal;

import org.nextscale.api.tokenizer.Pixels;

/** Network pixels to bytes. */
final class Rgb {
    private Rgb() {}

    /** {@code [height, width, 3]} of one image of a batch: [-1, 1] to 0..255, rounded to nearest. */
    static byte[] of(Pixels pixels, int image) {
        int plane = pixels.height() * pixels.width();
        int base = image * Pixels.CHANNELS * plane;
        byte[] rgb = new byte[Pixels.CHANNELS * plane];
        for (int i = 0; i < plane; i++) {
            for (int c = 0; c < Pixels.CHANNELS; c++) {
                float value = (pixels.values()[base + c * plane + i] + 1) * 127.5f;
                rgb[i * Pixels.CHANNELS + c] = (byte) Math.round(Math.min(Math.max(value, 0), 255));
            }
        }
        return rgb;
    }
}
