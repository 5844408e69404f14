package org.nextscale.checkpoint.internal.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class Float16Test {

    /** IEEE 754's definition of a binary16, in doubles. */
    private static double defined(int half) {
        int exponent = half >> 10 & 0x1f;
        int mantissa = half & 0x3ff;
        double magnitude = exponent == 0
                ? mantissa * 0x1p-24
                : exponent == 31
                        ? mantissa == 0 ? Double.POSITIVE_INFINITY : Double.NaN
                        : (1024 + mantissa) * Math.pow(2, exponent - 25);
        return half >= 0x8000 ? -magnitude : magnitude;
    }

    @Test
    void everyHalfHasItsValueAndComesBack() {
        for (int half = 0; half < 0x10000; half++) {
            float value = Float16.toFloat((short) half);
            assertEquals(defined(half), value, 0.0, Integer.toHexString(half));
            assertEquals(half >= 0x8000, Float.floatToRawIntBits(value) < 0, "sign of " + Integer.toHexString(half));
            int back = Float16.fromFloat(value) & 0xffff;
            if (Double.isNaN(defined(half))) {
                assertTrue((back & 0x7c00) == 0x7c00 && (back & 0x3ff) != 0, "NaN stays NaN");
            } else {
                assertEquals(half, back);
            }
        }
    }

    @Test
    void roundsToNearestEvenBetweenAllNeighbours() {
        for (int half = 0; half < 0x7bff; half++) {
            float middle = (float) ((defined(half) + defined(half + 1)) / 2);
            int even = half % 2 == 0 ? half : half + 1;
            assertEquals(even, Float16.fromFloat(middle), "tie above " + half);
            assertEquals(half, Float16.fromFloat(Math.nextDown(middle)), "below the tie above " + half);
            assertEquals(half + 1, Float16.fromFloat(Math.nextUp(middle)), "beyond the tie above " + half);
            assertEquals((short) (0x8000 | even), Float16.fromFloat(-middle), "negative tie below " + half);
        }
    }

    @Test
    void overflowsToInfinityFrom65520On() {
        assertEquals(0x7bff, Float16.fromFloat(Math.nextDown(65520f)));
        assertEquals(0x7c00, Float16.fromFloat(65520f));
        assertEquals(0x7c00, Float16.fromFloat(Float.MAX_VALUE));
        assertEquals((short) 0xfc00, Float16.fromFloat(Float.NEGATIVE_INFINITY));
        assertEquals((short) 0x8000, Float16.fromFloat(-Float.MIN_VALUE));
    }

    @Test
    void brainFloatsAreTheUpperHalfOfFloats() {
        for (int brain = 0; brain < 0x10000; brain++) {
            float value = Float16.brainToFloat((short) brain);
            assertEquals(brain << 16, Float.floatToRawIntBits(value));
            if (!Float.isNaN(value)) {
                assertEquals((short) brain, Float16.brainFromFloat(value));
            } else {
                assertTrue(Float.isNaN(Float16.brainToFloat(Float16.brainFromFloat(value))));
            }
        }
    }

    @Test
    void brainFloatsRoundToNearestEven() {
        Random random = new Random(5);
        for (int i = 0; i < 200_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            if (Float.isNaN(value) || Math.abs(value) > 3.3e38f) {
                continue;
            }
            double found = Float16.brainToFloat(Float16.brainFromFloat(value));
            int down = Float.floatToRawIntBits(value) & 0xffff0000;
            double lower = Float.intBitsToFloat(down);
            double upper = Float.intBitsToFloat(down + 0x10000);
            double toLower = Math.abs(value - lower);
            double toUpper = Math.abs(upper - value);
            double expected = toLower < toUpper || toLower == toUpper && (down >> 16) % 2 == 0 ? lower : upper;
            assertEquals(expected, found, 0.0, "of " + value);
        }
        assertEquals((short) 0x7f80, Float16.brainFromFloat(Float.MAX_VALUE));
        assertTrue(Float.isNaN(Float16.brainToFloat(Float16.brainFromFloat(Float.intBitsToFloat(0x7f800001)))));
    }
}
