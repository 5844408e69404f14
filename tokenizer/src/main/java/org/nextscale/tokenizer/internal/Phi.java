package org.nextscale.tokenizer.internal;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.tokenizer.QuantizerTables;

/**
 * Phi, the convolutions that mend what enlarging lost (VAR, section 3.2): {@code Phi(h) = 0.5·h + 0.5·conv3×3(h)}. A few
 * of them serve all scales: each scale takes the one whose tick is nearest to its place between coarse and fine.
 */
final class Phi {
    private static final int KERNEL = 3;
    private static final float RATIO = 0.5f;

    private final int channels;
    private final List<QuantizerTables.Convolution> convolutions;

    Phi(TokenizerSpec spec, WeightSource source) {
        channels = spec.latentChannels();
        int count = spec.phiCount() > 0 ? spec.phiCount() : countUnshared(source);
        convolutions = IntStream.range(0, count)
                .mapToObj(i -> name(spec, i))
                .map(name -> new QuantizerTables.Convolution(
                        source.read(name + ".weight", channels, channels, KERNEL, KERNEL),
                        source.read(name + ".bias", channels)))
                .toList();
    }

    private static String name(TokenizerSpec spec, int index) {
        return switch (spec.phiCount()) {
            case 0 -> "quantize.quant_resi." + index;
            case 1 -> "quantize.quant_resi.qresi";
            default -> "quantize.quant_resi.qresi_ls." + index;
        };
    }

    private static int countUnshared(WeightSource source) {
        int count = 0;
        while (source.contains("quantize.quant_resi." + count + ".weight")) {
            count++;
        }
        if (count == 0) {
            throw new InvalidInputException(source.description() + ": no tensor quantize.quant_resi.0.weight");
        }
        return count;
    }

    List<QuantizerTables.Convolution> convolutions() {
        return convolutions;
    }

    /**
     * Applies the scale's convolution to one image.
     *
     * @param h {@code [channels, side, side]}
     * @param sum {@code [channels, side, side]} of a whole batch, to which the result is added at {@code offset}
     */
    void addTo(Scale scale, float[] h, int side, float[] sum, int offset) {
        QuantizerTables.Convolution convolution = convolutions.get(scale.phi(convolutions.size()));
        float[] weight = convolution.weights();
        float[] bias = convolution.biases();
        // A margin of zeros around each plane makes every tap one long run over the plane; the two margin columns of a
        // row collect sums that nobody reads.
        int stride = side + 2;
        int plane = (side + 2) * stride + 2;
        int run = side * stride;
        float[] padded = new float[channels * plane];
        for (int c = 0; c < channels; c++) {
            for (int y = 0; y < side; y++) {
                System.arraycopy(h, (c * side + y) * side, padded, c * plane + (y + 1) * stride + 1, side);
            }
        }
        float[] row = new float[run];
        for (int out = 0; out < channels; out++) {
            Arrays.fill(row, bias[out]);
            for (int in = 0; in < channels; in++) {
                for (int tap = 0; tap < KERNEL * KERNEL; tap++) {
                    addScaled(
                            row,
                            padded,
                            in * plane + tap / KERNEL * stride + tap % KERNEL,
                            weight[(out * channels + in) * KERNEL * KERNEL + tap]);
                }
            }
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    int at = (out * side + y) * side + x;
                    sum[offset + at] += (1 - RATIO) * h[at] + RATIO * row[y * stride + x];
                }
            }
        }
    }

    private static void addScaled(float[] row, float[] source, int from, float factor) {
        for (int i = 0; i < row.length; i++) {
            row[i] += source[from + i] * factor;
        }
    }
}
