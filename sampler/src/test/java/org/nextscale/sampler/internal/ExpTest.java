package org.nextscale.sampler.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ExpTest {

    /** Against the JDK's, in steps that meet no pattern: relative error below 2 units in the last place of float32. */
    @Test
    void itIsAccurate() {
        for (double x = 0; x >= -86; x -= 1.37e-4) {
            float argument = (float) x;
            double exact = Math.exp(argument);
            assertEquals(exact, Exp.of(argument), 2 * 0x1p-23 * exact, () -> "x = " + argument);
        }
    }

    @Test
    void theEndsAreExact() {
        assertEquals(1, Exp.of(0f));
        assertEquals(1, Exp.of(-0f));
        assertEquals(0, Exp.of(Math.nextDown(-86f)));
        assertEquals(0, Exp.of(-1e30f));
        assertEquals(0, Exp.of(Float.NEGATIVE_INFINITY));
    }

    /** The bits that any device must find: those of the same steps in C, compiled so that it contracts none of them. */
    @Test
    void theBitsAreFixed() {
        long hash = 0;
        for (int i = 0; i < 100_000; i++) {
            hash = hash * 31 + Float.floatToRawIntBits(Exp.of(-i * 0.000871f));
        }
        assertEquals(-3691543236880463020L, hash);
    }

    @Test
    void unitsAddUpToTheWeight() {
        assertEquals(1L << 40, Exp.units(1));
        assertEquals(0, Exp.units(0x1p-41f));
        assertEquals(0.75f, Exp.weight(Exp.units(0.5f) + Exp.units(0.25f)));
    }
}
