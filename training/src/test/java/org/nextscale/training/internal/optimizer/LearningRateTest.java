package org.nextscale.training.internal.optimizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LearningRateTest {
    private static final double EXACT = 1e-12;

    @Test
    void lin0RisesStaysAndFallsInAStraightLine() {
        LearningRate rate = new LearningRate(LearningRate.Shape.LIN0, 2, 10, 111, 0.005, 0.1);

        assertEquals(2 * 0.005, rate.at(0), EXACT);
        assertEquals(2 * (0.005 + 0.995 * 0.5), rate.at(5), EXACT);
        assertEquals(2, rate.at(10), EXACT);
        assertEquals(2, rate.at(14), EXACT, "flat for a twentieth of the 100 steps behind the warm-up");
        assertEquals(2 * (0.1 + 0.9 * 0.5 / 0.95), rate.at(60), EXACT);
        assertEquals(2 * 0.1, rate.at(110), EXACT);
    }

    @Test
    void cosineFallsToTheShareThatIsLeft() {
        LearningRate rate = new LearningRate(LearningRate.Shape.COSINE, 1, 0, 101, 0.005, 0.3);

        assertEquals(1, rate.at(0), EXACT);
        assertEquals(0.3 + 0.7 * 0.5, rate.at(50), EXACT);
        assertEquals(0.3, rate.at(100), EXACT);
    }

    /** By hand: half of the way down to 0.1 + 0.9 · 0.2 = 0.28 is 0.64. */
    @Test
    void bentFallsHalfAsFastUntilItsShareHasPassed() {
        LearningRate rate = new LearningRate(LearningRate.Shape.bent(0.8), 2, 10, 111, 0.005, 0.1);

        assertEquals(2, rate.at(10), EXACT);
        assertEquals(2 * 0.82, rate.at(50), EXACT);
        assertEquals(2 * 0.64, rate.at(90), EXACT);
        assertEquals(2 * 0.37, rate.at(100), EXACT);
        assertEquals(2 * 0.1, rate.at(110), EXACT);
        LearningRate whole = new LearningRate(LearningRate.Shape.bent(1), 1, 0, 101, 0.005, 0.1);
        assertEquals(0.55, whole.at(100), EXACT, "where nothing is left for the second line");
    }

    @Test
    void aRunOfOneStepHasARate() {
        assertEquals(3, new LearningRate(LearningRate.Shape.LIN0, 3, 0, 1, 0.005, 0.1).at(0), EXACT);
    }
}
