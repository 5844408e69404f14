package org.nextscale.benchmarks.quality;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The arithmetic of the study beside hand-worked numbers and the textbook's formulas. */
class MetricsTest {
    private static final double EXACT = 1e-12;

    @Test
    void logitErrorOfTwoCodesIsWorkedByHand() {
        LogitError error = new LogitError();
        error.add(new float[] {3, 4}, new float[] {3, 4});
        error.add(new float[] {0, 0}, new float[] {3, 4});
        assertEquals(2, error.tokens());
        assertEquals(1, error.relative(), EXACT, "an error of 5 by a norm of 5");
        assertEquals(0.5, error.sameFirstChoice());
        double q = 1 / (1 + Math.E);
        assertEquals((0.5 * Math.log(0.5 / q) + 0.5 * Math.log(0.5 / (1 - q))) / 2, error.divergence(), EXACT);
    }

    @Test
    void divergenceIsThatOfTheProbabilities() {
        Random random = new Random(1);
        float[] reference = new float[50];
        float[] candidate = new float[50];
        for (int v = 0; v < 50; v++) {
            reference[v] = (float) random.nextGaussian() + 300; // too large for exp without care
            candidate[v] = reference[v] + (float) (0.1 * random.nextGaussian());
        }
        LogitError error = new LogitError();
        error.add(reference, candidate);
        double[] p = softmax(reference, 300);
        double[] q = softmax(candidate, 299);
        double divergence = 0;
        for (int v = 0; v < 50; v++) {
            divergence += p[v] * Math.log(p[v] / q[v]);
        }
        assertEquals(divergence, error.divergence(), EXACT);
    }

    private static double[] softmax(float[] logits, double shift) {
        double[] shares = new double[logits.length];
        double sum = 0;
        for (int v = 0; v < logits.length; v++) {
            shares[v] = Math.exp(logits[v] - shift);
            sum += shares[v];
        }
        for (int v = 0; v < logits.length; v++) {
            shares[v] /= sum;
        }
        return shares;
    }

    @Test
    void tokensAreComparedInPlace() {
        TokenAgreement agreement = new TokenAgreement();
        agreement.add(new int[] {1, 2, 3}, new int[] {1, 3, 2});
        agreement.add(new int[] {7}, new int[] {7});
        assertEquals(2, agreement.same());
        assertEquals(0.5, agreement.share());
    }

    @Test
    void psnrIsThatOfBytes() {
        byte[] black = new byte[3];
        byte[] oneWhite = {0, 0, (byte) 255};
        assertEquals(10 * Math.log10(3), ImagePairs.psnr(black, oneWhite), EXACT);
        assertEquals(20 * Math.log10(255), ImagePairs.psnr(black, new byte[] {1, 1, 1}), EXACT);
        assertEquals(Double.POSITIVE_INFINITY, ImagePairs.psnr(black, black));
    }

    @Test
    void pairsThatAreIdenticalStandApart() {
        ImagePairs pairs = new ImagePairs();
        pairs.add(new byte[3], new byte[3], 4, 4);
        pairs.add(new byte[3], new byte[] {1, 1, 1}, 4, 5);
        pairs.add(new byte[3], new byte[] {0, 0, (byte) 255}, 2, 2);
        assertEquals(1 / 3.0, pairs.identical(), EXACT);
        assertEquals(2 / 3.0, pairs.sameDecisions(), EXACT);
        assertEquals(20 * Math.log10(255), pairs.psnr().median(), EXACT);
        assertEquals((20 * Math.log10(255) + 10 * Math.log10(3)) / 2, pairs.meanPsnr(), EXACT);
    }

    @Test
    void errorsOfSharesAndOfTheirDifferenceAreThoseOfTheSample() {
        int[][] seen = {{1, 1}, {1, 2}, {2, 1}, {1, 2}, {3, 3}, {1, 1}, {1, 1}, {2, 3}};
        Decisions decisions = new Decisions();
        double sum = 0;
        double squares = 0;
        for (int[] pair : seen) {
            decisions.add(1, pair[0], pair[1]);
            double difference = (pair[1] == 1 ? 1 : 0) - (pair[0] == 1 ? 1 : 0);
            sum += difference;
            squares += difference * difference;
        }
        assertEquals(new Estimate(5 / 8.0, Math.sqrt(5 / 8.0 * 3 / 8.0 / 8)), decisions.reference());
        assertEquals(new Estimate(4 / 8.0, Math.sqrt(0.25 / 8)), decisions.candidate());
        assertEquals(4 / 8.0, decisions.same().value(), "the same class is seen, right or wrong");
        double mean = sum / 8;
        assertEquals(mean, decisions.difference().value(), EXACT);
        assertEquals(
                Math.sqrt((squares / 8 - mean * mean) / 8),
                decisions.difference().error(),
                EXACT);
    }

    @Test
    void greyIsTheRoundedMean() {
        byte[] rgb = {0, 0, 1, (byte) 255, (byte) 255, (byte) 254, 10, 20, 31};
        assertArrayEquals(new byte[] {0, (byte) 255, 20}, GreyImages.grey(rgb));
    }
}
