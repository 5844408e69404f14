package org.nextscale.examples.sampler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.nextscale.api.model.Scale;
import org.nextscale.api.sampling.RandomSource;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.testkit.SamplerSuite;

/** What every sampler promises, and this one's own arithmetic. */
class TypicalSamplerTest extends SamplerSuite {
    private static final Scale ONE_TOKEN = new Scale(0, 1, 1);

    @Override
    protected String plugin() {
        return "typical";
    }

    /** Entropy 1.06; the surprises are 0.51, 1.61, 1.90 and 3.00, so that 0.2 and then 0.6 come nearest. */
    @Test
    void keepsTheCodesNearestToTheEntropy() {
        float[] logits = logOf(0.6, 0.2, 0.15, 0.05);
        assertEquals(new TreeSet<>(List.of(0, 1)), drawn(sampler(0.7, 1), logits));
        assertEquals(new TreeSet<>(List.of(0, 1, 2, 3)), drawn(sampler(1, 1), logits));
    }

    @Test
    void drawsInProportion() {
        int zeros = 0;
        TokenSampler sampler = sampler(1, 1);
        for (int image = 0; image < 4000; image++) {
            zeros += draw(sampler, logOf(0.7, 0.3), image) == 0 ? 1 : 0;
        }
        assertEquals(0.7, zeros / 4000.0, 0.03);
    }

    @Test
    void aLowTemperatureLeavesTheMostProbableCode() {
        assertEquals(new TreeSet<>(List.of(0)), drawn(sampler(0.9, 0.02), logOf(0.6, 0.2, 0.15, 0.05)));
    }

    @Test
    void givesEveryTokenItsOwnDraw() {
        Scale scale = new Scale(1, 2, 16);
        float[] logits = new float[scale.tokens() * 8];
        int[] once = sampler(0.9, 1)
                .sample(scale, logits, RandomSource.of(7).stream(0, 1))
                .tokens();
        int[] again = sampler(0.9, 1)
                .sample(scale, logits, RandomSource.of(7).stream(0, 1))
                .tokens();
        assertArrayEquals(once, again);
        assertTrue(Arrays.stream(once).distinct().count() > 4, "256 draws from 8 equal codes");
    }

    private TokenSampler sampler(double typicalP, double temperature) {
        return info().plugin().create(info().values(Map.of("typical-p", typicalP, "temperature", temperature)));
    }

    private static TreeSet<Integer> drawn(TokenSampler sampler, float[] logits) {
        TreeSet<Integer> codes = new TreeSet<>();
        for (int image = 0; image < 500; image++) {
            codes.add(draw(sampler, logits, image));
        }
        return codes;
    }

    private static int draw(TokenSampler sampler, float[] logits, int image) {
        return sampler.sample(ONE_TOKEN, logits.clone(), RandomSource.of(1).stream(image, 0))
                .tokens()[0];
    }

    private static float[] logOf(double... probabilities) {
        float[] logits = new float[probabilities.length];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) Math.log(probabilities[i]);
        }
        return logits;
    }
}
