package org.nextscale.benchmarks;

import java.util.List;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.benchmarks.subject.ImageTimes;
import org.nextscale.model.FlopCount;

/** Useful GFLOP/s (see {@link FlopCount}) of one image under guidance. */
record Rates(ModelSpec spec) {
    private static final int ROWS = 2;
    private static final int LAST_SCALES = 4;

    /** The transformer at one scale. */
    Spread scale(List<ImageTimes> rounds, int scale) {
        return Spread.of(rounds, times -> (double) operations(scale, scale + 1) / times.transformer()[scale]);
    }

    /** The transformer at the last four scales, which hold most of the tokens. */
    Spread lastScales(List<ImageTimes> rounds) {
        int scales = spec.pyramid().scales();
        int first = Math.max(0, scales - LAST_SCALES);
        return Spread.of(rounds, times -> {
            long nanoseconds = 0;
            for (int k = first; k < scales; k++) {
                nanoseconds += times.transformer()[k];
            }
            return (double) operations(first, scales) / nanoseconds;
        });
    }

    Spread decoder(List<ImageTimes> rounds) {
        return Spread.of(rounds, times -> (double) decoder() / times.decoder());
    }

    /** The whole image, from the label to the PNG. */
    Spread image(List<ImageTimes> rounds) {
        double operations = operations(0, spec.pyramid().scales()) + decoder();
        return Spread.of(rounds, times -> operations / times.total());
    }

    private long operations(int begin, int end) {
        long sum = 0;
        for (int k = begin; k < end; k++) {
            sum += FlopCount.transformer(spec.transformer(), spec.pyramid().scale(k), ROWS);
        }
        return sum;
    }

    private long decoder() {
        return FlopCount.decoder(spec.tokenizer(), spec.pyramid().finestSide(), 1);
    }
}
