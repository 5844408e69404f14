package org.nextscale.benchmarks.quality;

import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.engine.internal.generation.ScaleObserver;

/** Tokens and conditional logits of one batch, kept while the scale loop runs. */
final class RecordedRun implements ScaleObserver {
    private final int[][][] tokens;
    private final float[][][] logits;

    RecordedRun(ScalePyramid pyramid, int images) {
        tokens = new int[pyramid.scales()][images][];
        logits = new float[pyramid.scales()][][];
    }

    @Override
    public void predicted(Scale scale, ScaleLogits predicted) {
        Logits conditional = predicted.conditional();
        float[][] rows = new float[conditional.batch() * scale.tokens()][conditional.vocabulary()];
        for (int row = 0; row < rows.length; row++) {
            conditional.copyRow(row / scale.tokens(), row % scale.tokens(), rows[row]);
        }
        logits[scale.index()] = rows;
    }

    @Override
    public void sampled(Scale scale, int image, SampledTokens sampled) {
        tokens[scale.index()][image] = sampled.tokens();
    }

    /** Tokens of one image at one scale. */
    int[] tokens(int scale, int image) {
        return tokens[scale][image];
    }

    /** Logits under the class at one scale, {@code [batch · tokens][vocabulary]}. */
    float[][] logits(int scale) {
        return logits[scale];
    }
}
