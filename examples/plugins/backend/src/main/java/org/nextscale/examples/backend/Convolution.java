package org.nextscale.examples.backend;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.nextscale.api.model.WeightSource;

/**
 * A convolution with stride 1 and zeros around the map.
 *
 * @param kernel along an edge, 1 or 3
 * @param weights {@code [out, in, kernel, kernel]}
 * @param biases {@code [out]}
 */
record Convolution(int in, int out, int kernel, float[] weights, float[] biases) implements Layer {
    static Convolution read(WeightSource source, String name, int in, int out, int kernel) {
        return new Convolution(
                in,
                out,
                kernel,
                source.read(name + ".weight", out, in, kernel, kernel),
                source.read(name + ".bias", out));
    }

    @Override
    public Planes apply(Planes x) {
        Planes padded = x.padded(kernel / 2);
        Planes y = Planes.empty(out, x.height(), x.width());
        IntStream.range(0, out).parallel().forEach(channel -> {
            Arrays.fill(y.values(), y.row(channel, 0), y.row(channel + 1, 0), biases[channel]);
            for (int row = 0; row < y.height(); row++) {
                addRow(padded, y, channel, row);
            }
        });
        return y;
    }

    /** One row of the result: every weight of its channel, times a row of the source, moved by where in the kernel it stands. */
    private void addRow(Planes padded, Planes y, int channel, int row) {
        for (int source = 0; source < in; source++) {
            for (int v = 0; v < kernel; v++) {
                for (int u = 0; u < kernel; u++) {
                    Arithmetic.addScaled(
                            y.values(),
                            y.row(channel, row),
                            weights[((channel * in + source) * kernel + v) * kernel + u],
                            padded.values(),
                            padded.row(source, row + v) + u,
                            y.width());
                }
            }
        }
    }
}
