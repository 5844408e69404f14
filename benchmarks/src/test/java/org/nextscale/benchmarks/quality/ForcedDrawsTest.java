package org.nextscale.benchmarks.quality;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.sampling.RandomSource;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.api.sampling.TokenSampler;

class ForcedDrawsTest {
    private static final ScalePyramid PYRAMID = ScalePyramid.of(1, 2);

    @Test
    void goesOnWithTheTeachersTokensAndKeepsWhatItDrew() {
        RecordedRun teacher = new RecordedRun(PYRAMID, 2);
        teacher.sampled(PYRAMID.scale(1), 0, SampledTokens.of(new int[] {1, 2, 3, 4}));
        teacher.sampled(PYRAMID.scale(1), 1, SampledTokens.of(new int[] {5, 6, 7, 8}));
        RandomSource random = RandomSource.of(3);
        TokenSampler byNoise = (scale, logits, numbers) ->
                SampledTokens.of(new int[] {(int) (1000 * numbers.uniform(1, 0, 2)), (int) logits[0], 0, 0});
        ForcedDraws forced = new ForcedDraws(byNoise, random, teacher, 40, 2, 2);
        SampledTokens passedOn = forced.sample(PYRAMID.scale(1), new float[] {9}, forced.stream(41, 1));
        assertArrayEquals(new int[] {5, 6, 7, 8}, passedOn.tokens());
        int noise = (int) (1000 * random.stream(41, 1).uniform(1, 0, 2));
        assertArrayEquals(new int[] {noise, 9, 0, 0}, forced.drawn(1, 1));
    }
}
