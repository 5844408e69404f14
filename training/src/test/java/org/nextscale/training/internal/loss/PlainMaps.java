package org.nextscale.training.internal.loss;

import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.TensorSet;

/** Channels of an image in double precision, and what networks do with them in plain loops: what tests compare with. */
record PlainMaps(int channels, int height, int width, double[] values) {

    PlainMaps(int channels, int height, int width, float[] source, int offset) {
        this(channels, height, width, new double[channels * height * width]);
        for (int i = 0; i < values.length; i++) {
            values[i] = source[offset + i];
        }
    }

    double at(int channel, int y, int x) {
        return values[(channel * height + y) * width + x];
    }

    /** A convolution with zeros about the image. */
    PlainMaps convolution(TensorSet weights, String name, boolean biased, int stride, int padding) {
        long[] shape = weights.shape(name + ".weight");
        float[] bias = biased ? Ops.values(weights.get(name + ".bias")) : new float[(int) shape[0]];
        return convolution(Ops.values(weights.get(name + ".weight")), (int) shape[2], bias, stride, padding);
    }

    PlainMaps convolution(float[] weight, int kernel, float[] bias, int stride, int padding) {
        int rows = (height + 2 * padding - kernel) / stride + 1;
        int columns = (width + 2 * padding - kernel) / stride + 1;
        PlainMaps made = new PlainMaps(bias.length, rows, columns, new double[bias.length * rows * columns]);
        for (int out = 0; out < bias.length; out++) {
            for (int y = 0; y < rows; y++) {
                for (int x = 0; x < columns; x++) {
                    double sum = bias[out];
                    for (int in = 0; in < channels; in++) {
                        for (int i = 0; i < kernel * kernel; i++) {
                            int row = y * stride - padding + i / kernel;
                            int column = x * stride - padding + i % kernel;
                            if (row >= 0 && row < height && column >= 0 && column < width) {
                                sum += at(in, row, column) * weight[(out * channels + in) * kernel * kernel + i];
                            }
                        }
                    }
                    made.values[(out * rows + y) * columns + x] = sum;
                }
            }
        }
        return made;
    }

    PlainMaps leaky(double slope) {
        PlainMaps made = new PlainMaps(channels, height, width, values.clone());
        for (int i = 0; i < values.length; i++) {
            made.values[i] = values[i] < 0 ? slope * values[i] : values[i];
        }
        return made;
    }

    PlainMaps maxPool() {
        PlainMaps made =
                new PlainMaps(channels, height / 2, width / 2, new double[channels * (height / 2) * (width / 2)]);
        int i = 0;
        for (int channel = 0; channel < channels; channel++) {
            for (int y = 0; y < height / 2; y++) {
                for (int x = 0; x < width / 2; x++) {
                    made.values[i++] = Math.max(
                            Math.max(at(channel, 2 * y, 2 * x), at(channel, 2 * y, 2 * x + 1)),
                            Math.max(at(channel, 2 * y + 1, 2 * x), at(channel, 2 * y + 1, 2 * x + 1)));
                }
            }
        }
        return made;
    }

    PlainMaps groupNorm(TensorSet weights, String name, int groups) {
        float[] scale = Ops.values(weights.get(name + ".weight"));
        float[] shift = Ops.values(weights.get(name + ".bias"));
        PlainMaps made = new PlainMaps(channels, height, width, values.clone());
        int size = values.length / groups;
        for (int group = 0; group < groups; group++) {
            double mean = 0;
            double variance = 0;
            for (int i = group * size; i < (group + 1) * size; i++) {
                mean += values[i] / size;
            }
            for (int i = group * size; i < (group + 1) * size; i++) {
                variance += (values[i] - mean) * (values[i] - mean) / size;
            }
            for (int i = group * size; i < (group + 1) * size; i++) {
                int channel = i / (height * width);
                made.values[i] = (values[i] - mean) / Math.sqrt(variance + 1e-5) * scale[channel] + shift[channel];
            }
        }
        return made;
    }
}
