package org.nextscale.engine.internal.verify;

import java.util.List;
import org.nextscale.api.sampling.RandomSource;
import org.nextscale.api.sampling.RandomStream;

/**
 * The reference's own random numbers, played back.
 *
 * @param batch images recorded
 * @param vocabulary numbers a token
 * @param tokenNoise for every scale the Exp(1) draws that picked tokens, {@code [batch, tokens, vocabulary]}
 * @param mixtureNoise for every scale those that mixed codes; empty where nothing was mixed
 */
record RecordedNoise(int batch, int vocabulary, List<float[]> tokenNoise, List<float[]> mixtureNoise)
        implements RandomSource {

    @Override
    public RandomStream stream(long image, int scale) {
        float[] tokens = tokenNoise.get(scale);
        float[] mixture = mixtureNoise.isEmpty() ? null : mixtureNoise.get(scale);
        int base = (int) image * (tokens.length / batch);
        return new RandomStream() {
            @Override
            public float exponential(int position, int lane, int index) {
                float[] noise = lane == TOKEN_LANE ? tokens : mixture;
                return noise[base + position * vocabulary + index];
            }

            @Override
            public float uniform(int position, int lane, int index) {
                throw new UnsupportedOperationException("only exponential noise was recorded");
            }
        };
    }
}
