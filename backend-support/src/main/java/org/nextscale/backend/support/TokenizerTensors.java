package org.nextscale.backend.support;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.model.WeightSource;

/**
 * The tokenizer's tensors, named and shaped as in the reference implementation's state dict: those of its networks, and those
 * of the quantizer of VAR. What only counts ({@code ema_vocab_hit_SV}) is not among them.
 */
public final class TokenizerTensors {
    /** The codes, {@code [vocabulary, z]}. */
    public static final String CODEBOOK = "quantize.embedding.weight";

    private static final int KERNEL = 3;

    private TokenizerTensors() {}

    /**
     * All tensors: of a tokenizer of another type than {@link TokenizerSpec#MULTI_SCALE_VQ} those of its networks, which are all
     * that is known of it here.
     *
     * @param pyramid needed for tokenizers with one Phi each scale
     */
    public static List<TensorShape> all(TokenizerSpec spec, ScalePyramid pyramid) {
        Shapes shapes = new Shapes();
        TokenizerLayers.encoder(spec, shapes);
        TokenizerLayers.decoder(spec, shapes);
        if (spec.type().equals(TokenizerSpec.MULTI_SCALE_VQ)) {
            int z = spec.latentChannels();
            for (String phi : phis(spec, pyramid)) {
                shapes.convolution(phi, z, z);
            }
            shapes.add(CODEBOOK, spec.vocabularySize(), z);
        }
        return List.copyOf(shapes.all);
    }

    /**
     * Names of a tokenizer's tensors that are not among {@link #all} and must not be lost: what a tokenizer of another type than
     * {@link TokenizerSpec#MULTI_SCALE_VQ} has between its networks. Buffers of the type known here are none.
     */
    public static List<String> others(TokenizerSpec spec, ScalePyramid pyramid, WeightSource weights) {
        if (spec.type().equals(TokenizerSpec.MULTI_SCALE_VQ)) {
            return List.of();
        }
        Set<String> known = all(spec, pyramid).stream().map(TensorShape::name).collect(Collectors.toSet());
        return weights.weights().stream()
                .map(WeightInfo::name)
                .filter(name -> !known.contains(name))
                .toList();
    }

    /**
     * Checks that the tensors of the networks are there with their shapes.
     *
     * @throws org.nextscale.api.InvalidInputException naming the file and the first tensors that are missing or different
     */
    public static void requireNetworks(TokenizerSpec spec, WeightSource weights) {
        Shapes shapes = new Shapes();
        TokenizerLayers.encoder(spec, shapes);
        TokenizerLayers.decoder(spec, shapes);
        TensorShape.require(
                shapes.all, weights, "tokenizer of " + spec.levels() + " levels with " + spec.channels() + " channels");
    }

    /** The quantizer's Phi convolutions, 3×3 of {@code z} channels; {@link org.nextscale.api.model.Scale#phi} chooses among them. */
    public static List<String> phis(TokenizerSpec spec, ScalePyramid pyramid) {
        int count = spec.phiCount() == 0 ? pyramid.scales() : spec.phiCount();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(phi(spec, i));
        }
        return names;
    }

    /** The name of one Phi convolution. */
    public static String phi(TokenizerSpec spec, int index) {
        return switch (spec.phiCount()) {
            case 0 -> "quantize.quant_resi." + index;
            case 1 -> "quantize.quant_resi.qresi";
            default -> "quantize.quant_resi.qresi_ls." + index;
        };
    }

    /** Collects names and shapes. */
    private static final class Shapes implements TokenizerLayers.Visitor {
        private final List<TensorShape> all = new ArrayList<>();

        @Override
        public void convolution(String name, int in, int out) {
            convolution(name, in, out, KERNEL);
        }

        @Override
        public void residualBlock(String name, int in, int out) {
            norm(name + ".norm1", in);
            convolution(name + ".conv1", in, out);
            norm(name + ".norm2", out);
            convolution(name + ".conv2", out, out);
            if (in != out) {
                convolution(name + ".nin_shortcut", in, out, 1);
            }
        }

        @Override
        public void attention(String name, int channels) {
            norm(name + ".norm", channels);
            convolution(name + ".qkv", channels, 3 * channels, 1);
            convolution(name + ".proj_out", channels, channels, 1);
        }

        @Override
        public void downsample(String name, int channels) {
            convolution(name, channels, channels);
        }

        @Override
        public void upsample(String name, int channels) {
            convolution(name, channels, channels);
        }

        @Override
        public void output(String norm, String convolution, int in, int out) {
            norm(norm, in);
            convolution(convolution, in, out);
        }

        private void norm(String name, int channels) {
            add(name + ".weight", channels);
            add(name + ".bias", channels);
        }

        private void convolution(String name, int in, int out, int kernel) {
            add(name + ".weight", out, in, kernel, kernel);
            add(name + ".bias", out);
        }

        void add(String name, long... shape) {
            all.add(TensorShape.of(name, shape));
        }
    }
}
