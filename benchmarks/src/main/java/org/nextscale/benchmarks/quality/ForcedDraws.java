package org.nextscale.benchmarks.quality;

import org.nextscale.api.model.Scale;
import org.nextscale.api.sampling.RandomSource;
import org.nextscale.api.sampling.RandomStream;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.api.sampling.TokenSampler;

/**
 * Teacher forcing of draws: at every scale it draws as a sampler does with the noise it would have, and goes on with the
 * tokens of another run, so that one different draw does not change the scales after it. What it drew is what {@link
 * #drawn} keeps. A sampler is not told which image it draws for; its random stream carries the number here.
 */
final class ForcedDraws implements TokenSampler, RandomSource {
    private final TokenSampler sampler;
    private final RandomSource random;
    private final RecordedRun teacher;
    private final long firstImage;
    private final int[][][] drawn;

    /** @param firstImage number of the batch's first image under the seed */
    ForcedDraws(
            TokenSampler sampler, RandomSource random, RecordedRun teacher, long firstImage, int scales, int images) {
        this.sampler = sampler;
        this.random = random;
        this.teacher = teacher;
        this.firstImage = firstImage;
        drawn = new int[scales][images][];
    }

    @Override
    public RandomStream stream(long image, int scale) {
        return new ImageStream((int) (image - firstImage), random.stream(image, scale));
    }

    @Override
    public SampledTokens sample(Scale scale, float[] logits, RandomStream stream) {
        ImageStream own = (ImageStream) stream;
        drawn[scale.index()][own.image] =
                sampler.sample(scale, logits, own.numbers).tokens();
        return SampledTokens.of(teacher.tokens(scale.index(), own.image));
    }

    /** What was drawn for an image of the batch at a scale. */
    int[] drawn(int scale, int image) {
        return drawn[scale][image];
    }

    private record ImageStream(int image, RandomStream numbers) implements RandomStream {
        @Override
        public float exponential(int position, int lane, int index) {
            return numbers.exponential(position, lane, index);
        }

        @Override
        public float uniform(int position, int lane, int index) {
            return numbers.uniform(position, lane, index);
        }
    }
}
