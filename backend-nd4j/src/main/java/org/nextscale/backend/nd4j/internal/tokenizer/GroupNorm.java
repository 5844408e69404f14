package org.nextscale.backend.nd4j.internal.tokenizer;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.nd4j.internal.compute.Activations;

/**
 * Group normalization of the current map over 32 groups of neighbouring channels. Statistics become one factor and one
 * offset a channel, which the pass that copies the map for the next convolution applies.
 */
final class GroupNorm {
    private static final int GROUPS = TokenizerSpec.NORM_GROUPS;
    private static final double EPSILON = TokenizerSpec.NORM_EPSILON;
    private static final int ROWS = 4;

    private final int channels;
    private final float[] weight;
    private final float[] bias;

    private GroupNorm(int channels, float[] weight, float[] bias) {
        this.channels = channels;
        this.weight = weight;
        this.bias = bias;
    }

    static GroupNorm load(WeightSource source, String name, int channels) {
        return new GroupNorm(channels, source.read(name + ".weight", channels), source.read(name + ".bias", channels));
    }

    /** Normalization with the current map's statistics. */
    Canvas.PixelFunction of(Canvas canvas) {
        float[] factor = new float[channels];
        float[] offset = new float[channels];
        measure(canvas, factor, offset);
        // As long as a pass's blocks, so that the loop below is one without offsets.
        float[] factors = repeated(factor);
        float[] offsets = repeated(offset);
        return (worker, values, pixels) -> {
            int count = pixels * channels;
            for (int i = 0; i < count; i++) {
                values[i] = values[i] * factors[i] + offsets[i];
            }
        };
    }

    private float[] repeated(float[] values) {
        float[] repeated = new float[Canvas.blockPixels(channels) * channels];
        for (int i = 0; i < repeated.length; i++) {
            repeated[i] = values[i % channels];
        }
        return repeated;
    }

    /** Normalization followed by SiLU. */
    Canvas.PixelFunction withSilu(Canvas canvas) {
        Canvas.PixelFunction normalize = of(canvas);
        return (worker, values, pixels) -> {
            normalize.apply(worker, values, pixels);
            Activations.silu(worker, values, pixels * channels);
        };
    }

    /**
     * Sums of every channel are taken relative to its first pixel, so that a mean far from zero costs no precision, in
     * float32 within some rows and in double across them.
     */
    private void measure(Canvas canvas, float[] factor, float[] offset) {
        FloatBuffer source = canvas.current().buffer();
        int height = canvas.height();
        int width = canvas.width();
        float[] pivot = new float[channels];
        source.get(0, pivot, 0, channels);
        int parts = (height + ROWS - 1) / ROWS;
        // Sums and squares of each part; added up in order, so that equal input gives equal output to the bit.
        float[][] partial = new float[parts][2 * channels];
        canvas.workers().run(parts, (worker, part) -> {
            float[] pixel = worker.array(0, channels);
            float[] sum = worker.array(1, channels);
            float[] square = worker.array(2, channels);
            Arrays.fill(sum, 0, channels, 0f);
            Arrays.fill(square, 0, channels, 0f);
            int end = Math.min(height, (part + 1) * ROWS) * width;
            for (int p = part * ROWS * width; p < end; p++) {
                source.get(p * channels, pixel, 0, channels);
                for (int c = 0; c < channels; c++) {
                    float d = pixel[c] - pivot[c];
                    sum[c] += d;
                    square[c] += d * d;
                }
            }
            System.arraycopy(sum, 0, partial[part], 0, channels);
            System.arraycopy(square, 0, partial[part], channels, channels);
        });
        double[] sums = new double[channels];
        double[] squares = new double[channels];
        for (float[] part : partial) {
            for (int c = 0; c < channels; c++) {
                sums[c] += part[c];
                squares[c] += part[channels + c];
            }
        }
        int groupSize = channels / GROUPS;
        double pixels = (double) height * width;
        double count = pixels * groupSize;
        for (int group = 0; group < GROUPS; group++) {
            int first = group * groupSize;
            double mean = 0;
            for (int c = first; c < first + groupSize; c++) {
                mean += (sums[c] + pixels * pivot[c]) / count;
            }
            double variance = 0;
            for (int c = first; c < first + groupSize; c++) {
                double shift = pivot[c] - mean;
                variance += (squares[c] + 2 * shift * sums[c] + pixels * shift * shift) / count;
            }
            double inverse = 1 / Math.sqrt(Math.max(variance, 0) + EPSILON);
            for (int c = first; c < first + groupSize; c++) {
                factor[c] = (float) (weight[c] * inverse);
                offset[c] = (float) (bias[c] - mean * inverse * weight[c]);
            }
        }
    }
}
