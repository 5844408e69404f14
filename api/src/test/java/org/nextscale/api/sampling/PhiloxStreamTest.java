package org.nextscale.api.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PhiloxStreamTest {

    /** Known answers of the authors' Random123 (kat_vectors, philox4x32 10). */
    @Test
    void agreesWithRandom123() {
        assertWords(new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, 0, 0, 0, 0, 0, 0);
        assertWords(new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}, -1, -1, -1, -1, -1, -1);
        assertWords(
                new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
                0x243f6a88,
                0x85a308d3,
                0x13198a2e,
                0x03707344,
                0xa4093822,
                0x299f31d0);
    }

    private static void assertWords(int[] expected, int c0, int c1, int c2, int c3, int k0, int k1) {
        for (int word = 0; word < 4; word++) {
            assertEquals(expected[word], PhiloxStream.philox(c0, c1, c2, c3, k0, k1, word));
        }
    }

    @Test
    void everyPartOfTheKeyMatters() {
        int[][] keys = {
            {1, 0, 0, 0, 0, 0},
            {0, 1, 0, 0, 0, 0},
            {0, 0, 1, 0, 0, 0},
            {0, 0, 0, 1, 0, 0},
            {0, 0, 0, 0, 1, 0},
            {0, 0, 0, 0, 0, 1},
            {0, 0, 0, 0, 0, 0},
            {0, 0, 0, 0, 0, 4}
        };
        Set<Integer> seen = new HashSet<>();
        for (int[] key : keys) {
            seen.add(new PhiloxStream(key[0], key[1], key[2]).bits(key[3], key[4], key[5]));
        }
        assertEquals(keys.length, seen.size());
        assertNotEquals(
                RandomSource.of(1L << 32).stream(0, 0).uniform(0, 0, 0),
                RandomSource.of(0).stream(0, 0).uniform(0, 0, 0));
    }

    @Test
    void sameKeySameNumber() {
        RandomStream once = RandomSource.of(42).stream(7, 3);
        RandomStream again = RandomSource.of(42).stream(7, 3);
        for (int i = 0; i < 1000; i++) {
            assertEquals(once.exponential(i, 0, i), again.exponential(i, 0, i));
        }
    }

    /** −log(1 − u) against the JDK's log1p: relative error below 3 units in the last place of float32. */
    @Test
    void logarithmIsAccurate() {
        for (int i = 1; i < 1 << 20; i++) {
            float u = i * 0x1p-20f;
            assertLogarithm(u);
            assertLogarithm(u * 0x1p-12f);
        }
        assertLogarithm(0x1p-33f);
        assertLogarithm(0x1.fffffep-1f);
    }

    private static void assertLogarithm(float u) {
        double exact = Math.log1p(-(double) u);
        assertEquals(exact, PhiloxStream.logOneMinus(u), 3 * 0x1p-23 * Math.abs(exact), () -> "u = " + u);
    }

    /** −log(e) of the same draw against the JDK's log; near e = 1, where it is 0, to the last place of 1. */
    @Test
    void gumbelDrawsAreTheLogarithmOfExponentialOnes() {
        RandomStream stream = RandomSource.of(5).stream(0, 0);
        for (int i = 0; i < 200_000; i++) {
            double exact = -Math.log(stream.exponential(i, 1, i));
            assertEquals(exact, stream.gumbel(i, 1, i), 0x1p-23 * Math.max(1, 2 * Math.abs(exact)));
        }
    }

    /** 200,000 draws: mean and variance 1 within 5 standard errors; Kolmogorov's distance below its 1e-6 quantile. */
    @Test
    void exponentialDrawsAreExponential() {
        int n = 200_000;
        RandomStream stream = RandomSource.of(5).stream(0, 0);
        double[] draws = new double[n];
        double sum = 0;
        for (int i = 0; i < n; i++) {
            draws[i] = stream.exponential(i / 512, 0, i % 512);
            assertTrue(draws[i] > 0 && draws[i] < Double.POSITIVE_INFINITY);
            sum += draws[i];
        }
        assertEquals(1, sum / n, 5 / Math.sqrt(n));
        Arrays.sort(draws);
        double distance = 0;
        for (int i = 0; i < n; i++) {
            double cumulative = 1 - Math.exp(-draws[i]);
            distance = Math.max(distance, Math.max(cumulative - (double) i / n, (i + 1.0) / n - cumulative));
        }
        assertTrue(distance < 2.7 / Math.sqrt(n), "distance " + distance);
    }

    @Test
    void drawsUpToALimitAreTheSameDraws() {
        RandomStream stream = RandomSource.of(5).stream(0, 0);
        int above = 0;
        for (int i = 0; i < 200_000; i++) {
            float draw = stream.exponential(i, 0, i);
            for (float most : new float[] {draw, Math.nextDown(draw), 0.1f, 3, Float.POSITIVE_INFINITY, Float.NaN}) {
                float limited = stream.exponential(i, 0, i, most);
                if (draw > most) {
                    assertTrue(limited > most, "draw " + draw + ", at most " + most + ": " + limited);
                    above++;
                } else {
                    assertEquals(draw, limited, "at most " + most);
                }
            }
        }
        assertTrue(above > 200_000, "more than the next lower number was exceeded");
    }

    @Test
    void refusesWhatItCannotKey() {
        PhiloxStream stream = new PhiloxStream(0, 0, 0);
        assertThrows(IllegalArgumentException.class, () -> stream.bits(-1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> stream.bits(1 << 24, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> stream.bits(0, 256, 0));
        assertThrows(IllegalArgumentException.class, () -> stream.bits(0, 0, 1 << 26));
        assertThrows(IllegalArgumentException.class, () -> new PhiloxStream(0, -1, 0));
    }
}
