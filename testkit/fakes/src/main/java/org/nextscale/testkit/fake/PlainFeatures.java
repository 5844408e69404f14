package org.nextscale.testkit.fake;

import java.util.List;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.QuantizerTables;

/**
 * f̂ of one image by the tables of a {@link QuantizerTables} and its documentation alone, value by value as a device computes it: each
 * is one sum in a fixed order, so that the tokenizer's own is the same to the bit. For one thread.
 */
public final class PlainFeatures {
    private static final float A = -0.75f;

    private final QuantizerTables quantizer;
    private final ScalePyramid pyramid;
    private final int z;
    private final int side;
    /** {@code [z, side, side]}. */
    private final float[] sum;

    /** @param z channels of a code */
    public PlainFeatures(QuantizerTables quantizer, ScalePyramid pyramid, int z) {
        this.quantizer = quantizer;
        this.pyramid = pyramid;
        this.z = z;
        side = pyramid.finestSide();
        sum = new float[z * side * side];
    }

    /** The images' f̂ as a batch. */
    public static FeatureMap join(List<PlainFeatures> images) {
        PlainFeatures first = images.get(0);
        float[] values = new float[images.size() * first.sum.length];
        for (int image = 0; image < images.size(); image++) {
            System.arraycopy(images.get(image).sum, 0, values, image * first.sum.length, first.sum.length);
        }
        return new FeatureMap(images.size(), first.z, first.side, first.side, values);
    }

    /** Adds a scale of tokens. */
    public void addCodes(Scale scale, int[] tokens) {
        float[] small = new float[z * tokens.length];
        for (int i = 0; i < small.length; i++) {
            small[i] = quantizer.codes()[tokens[i % tokens.length] * z + i / tokens.length];
        }
        add(scale, small);
    }

    /**
     * Adds a scale of mixed codes.
     *
     * @param weights {@code [tokens, vocabulary]}
     */
    public void addMixtures(Scale scale, float[] weights) {
        int tokens = scale.tokens();
        int vocabulary = weights.length / tokens;
        float[] small = new float[z * tokens];
        for (int i = 0; i < small.length; i++) {
            for (int code = 0; code < vocabulary; code++) {
                small[i] += weights[i % tokens * vocabulary + code] * quantizer.codes()[code * z + i / tokens];
            }
        }
        add(scale, small);
    }

    private void add(Scale scale, float[] small) {
        float[] h = new float[sum.length];
        for (int c = 0; c < z; c++) {
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    h[(c * side + y) * side + x] = enlarged(small, c, y, x, scale.side());
                }
            }
        }
        QuantizerTables.Convolution phi =
                quantizer.phi().get(scale.phi(quantizer.phi().size()));
        for (int out = 0; out < z; out++) {
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    int at = (out * side + y) * side + x;
                    sum[at] += 0.5f * h[at] + 0.5f * convolved(phi, h, out, y, x);
                }
            }
        }
    }

    /** Four rows of four taps each, along the row first. */
    private float enlarged(float[] small, int c, int y, int x, int from) {
        float value = 0;
        for (int i = 0; i < 4; i++) {
            int v = cell(y, i, from);
            float row = 0;
            for (int j = 0; j < 4; j++) {
                row += small[(c * from + v) * from + cell(x, j, from)] * weight(x, j, from);
            }
            value += row * weight(y, i, from);
        }
        return value;
    }

    private float position(int i, int from) {
        return (float) from / side * (i + 0.5f) - 0.5f;
    }

    private int cell(int i, int tap, int from) {
        return Math.min(Math.max((int) Math.floor(position(i, from)) - 1 + tap, 0), from - 1);
    }

    private float weight(int i, int tap, int from) {
        float position = position(i, from);
        float t = position - (int) Math.floor(position);
        return switch (tap) {
            case 0 -> ((A * (t + 1) - 5 * A) * (t + 1) + 8 * A) * (t + 1) - 4 * A;
            case 1 -> ((A + 2) * t - (A + 3)) * t * t + 1;
            case 2 -> ((A + 2) * (1 - t) - (A + 3)) * (1 - t) * (1 - t) + 1;
            default -> ((A * (2 - t) - 5 * A) * (2 - t) + 8 * A) * (2 - t) - 4 * A;
        };
    }

    private float convolved(QuantizerTables.Convolution phi, float[] h, int out, int y, int x) {
        float value = phi.biases()[out];
        for (int in = 0; in < z; in++) {
            for (int tap = 0; tap < 9; tap++) {
                int v = y + tap / 3 - 1;
                int u = x + tap % 3 - 1;
                if (v >= 0 && v < side && u >= 0 && u < side) {
                    value += h[(in * side + v) * side + u] * phi.weights()[(out * z + in) * 9 + tap];
                }
            }
        }
        return value;
    }

    /** What the transformer starts a scale from, {@code [tokens, z]}; nothing for the first. */
    public float[] input(int scale) {
        if (scale == 0) {
            return new float[0];
        }
        int to = pyramid.side(scale);
        float[] input = new float[to * to * z];
        for (int i = 0; i < input.length; i++) {
            input[i] = mean(i % z, i / z / to, i / z % to, to);
        }
        return input;
    }

    private float mean(int c, int y, int x, int to) {
        int top = y * side / to;
        int bottom = ((y + 1) * side + to - 1) / to;
        int left = x * side / to;
        int right = ((x + 1) * side + to - 1) / to;
        float total = 0;
        for (int v = top; v < bottom; v++) {
            for (int u = left; u < right; u++) {
                total += sum[(c * side + v) * side + u];
            }
        }
        return total / ((bottom - top) * (right - left));
    }
}
