package org.nextscale.examples.backend;

import java.util.stream.IntStream;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.WeightSource;

/**
 * GroupNorm over 32 groups of channels.
 *
 * @param weights {@code [channels]}
 * @param biases {@code [channels]}
 */
record GroupNorm(float[] weights, float[] biases) implements Layer {
    static GroupNorm read(WeightSource source, String name, int channels) {
        return new GroupNorm(source.read(name + ".weight", channels), source.read(name + ".bias", channels));
    }

    /** The same with SiLU behind it, as it is nearly everywhere. */
    Layer silu() {
        return x -> {
            Planes y = apply(x);
            Arithmetic.silu(y.values());
            return y;
        };
    }

    @Override
    public Planes apply(Planes x) {
        Planes y = Planes.empty(x.channels(), x.height(), x.width());
        int channels = x.channels() / TokenizerSpec.NORM_GROUPS;
        IntStream.range(0, TokenizerSpec.NORM_GROUPS)
                .parallel()
                .forEach(group -> normalize(x, y, group * channels, channels));
        return y;
    }

    private void normalize(Planes x, Planes y, int first, int channels) {
        int begin = x.row(first, 0);
        int length = channels * x.cells();
        double sum = 0;
        double squares = 0;
        for (int i = begin; i < begin + length; i++) {
            sum += x.values()[i];
            squares += (double) x.values()[i] * x.values()[i];
        }
        double mean = sum / length;
        double deviation = Math.sqrt(squares / length - mean * mean + TokenizerSpec.NORM_EPSILON);
        for (int i = begin; i < begin + length; i++) {
            int channel = i / x.cells();
            y.values()[i] = (float) ((x.values()[i] - mean) / deviation) * weights[channel] + biases[channel];
        }
    }
}
