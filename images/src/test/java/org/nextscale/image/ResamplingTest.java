package org.nextscale.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.nextscale.api.image.RgbImage;

class ResamplingTest {
    @Test
    void lanczosWeighsAsPillowDoes() {
        byte[] step = new byte[8 * 8];
        for (int i = 0; i < 64; i++) {
            step[i] = (byte) (i % 8 < 4 ? 0 : 200);
        }
        float[] resized = Resampling.LANCZOS.resize(step, 1, 8, 4);
        // Worked out by hand from the definition: shrunk to half, taps at ±0.5, ±1.5 … ±5.5 over a stretch of 2.
        double below = 0;
        double all = 0;
        for (int x = 0; x < 8; x++) {
            double distance = (x + 0.5 - 3) / 2;
            double a = Math.PI * distance;
            double weight = Math.abs(distance) >= 3 ? 0 : 3 * Math.sin(a) * Math.sin(a / 3) / (a * a);
            all += weight;
            below += x >= 4 ? weight : 0;
        }
        assertEquals(200 * below / all, resized[1], 1e-4);
    }

    @Test
    void oblongPicturesAreResizedInBothDirections() {
        RgbImage gradient = Resampling.LANCZOS.resized(Images.gradient(64, 32), 16, 64);
        assertEquals(16, gradient.width());
        assertEquals(64, gradient.height());
        for (int y = 8; y < 56; y++) {
            for (int x = 3; x < 13; x++) {
                int pixel = (y * 16 + x) * 3;
                assertEquals(255 * (4 * x + 1.5) / 63, gradient.rgb()[pixel] & 0xff, 2);
                assertEquals(255 * (y / 2.0 - 0.25) / 31, gradient.rgb()[pixel + 1] & 0xff, 2);
            }
        }
        assertSame(gradient, Resampling.LANCZOS.resized(gradient, 16, 64));
    }
}
