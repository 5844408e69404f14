package org.nextscale.engine.model;

import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.model.WeightSource;

/**
 * The tensors a model consists of, named and shaped as in the reference implementation's state dicts and in its order:
 * the one place that knows them. Buffers that follow from the architecture ({@code lvl_1L},
 * {@code attn_bias_for_masking}, {@code zero_k_bias}) or only count ({@code ema_vocab_hit_SV}) are not among them.
 */
public final class ExpectedTensors {
    private final List<ExpectedTensor> tensors = new ArrayList<>();

    private ExpectedTensors() {}

    /**
     * The tokenizer's tensors.
     *
     * @param pyramid needed for tokenizers with one Phi each scale
     */
    public static List<ExpectedTensor> tokenizer(TokenizerSpec spec, ScalePyramid pyramid) {
        ExpectedTensors expected = new ExpectedTensors();
        expected.encoder(spec);
        expected.decoder(spec);
        expected.quantiser(spec, pyramid);
        return List.copyOf(expected.tensors);
    }

    /** The transformer's tensors. */
    public static List<ExpectedTensor> transformer(TransformerSpec spec) {
        ExpectedTensors expected = new ExpectedTensors();
        expected.transformerOf(spec);
        return List.copyOf(expected.tensors);
    }

    /**
     * Checks that all are there, in a float type and with their shapes.
     *
     * @param what the architecture, for the message
     * @throws InvalidInputException naming the file and the first tensors that are missing or different
     */
    public static void require(List<ExpectedTensor> expected, WeightSource weights, String what) {
        List<String> missing = new ArrayList<>();
        for (ExpectedTensor each : expected) {
            if (!weights.contains(each.name())) {
                missing.add(each.name());
                continue;
            }
            WeightInfo found = weights.weight(each.name());
            if (!found.shape().equals(each.shape())) {
                throw new InvalidInputException(weights.description() + ": " + each.name() + " has shape "
                        + found.shape() + ", expected " + each.shape() + " in a " + what);
            }
            if (found.type() == DataType.I64) {
                throw new InvalidInputException(
                        weights.description() + ": " + each.name() + " is stored as I64, expected F32, F16 or BF16");
            }
        }
        if (!missing.isEmpty()) {
            throw new InvalidInputException(weights.description() + ": lacks " + missing.size() + " of the "
                    + expected.size() + " tensors of a " + what + ": "
                    + String.join(", ", missing.subList(0, Math.min(3, missing.size())))
                    + (missing.size() > 3 ? " …" : ""));
        }
    }

    private void encoder(TokenizerSpec spec) {
        convolution("encoder.conv_in", spec.channels(), 3, 3);
        long in = spec.channels();
        int lowest = spec.levels() - 1;
        for (int level = 0; level <= lowest; level++) {
            String prefix = "encoder.down." + level;
            for (int block = 0; block < spec.residualBlocks(); block++) {
                residualBlock(prefix + ".block." + block, spec.channels(level), in);
                in = spec.channels(level);
            }
            for (int block = 0; level == lowest && block < spec.residualBlocks(); block++) {
                attention(prefix + ".attn." + block, in);
            }
            if (level < lowest) {
                convolution(prefix + ".downsample.conv", in, in, 3);
            }
        }
        middle("encoder.mid", in);
        norm("encoder.norm_out", in);
        convolution("encoder.conv_out", spec.latentChannels(), in, 3);
    }

    private void decoder(TokenizerSpec spec) {
        int lowest = spec.levels() - 1;
        long in = spec.channels(lowest);
        convolution("decoder.conv_in", in, spec.latentChannels(), 3);
        middle("decoder.mid", in);
        for (int level = lowest; level >= 0; level--) {
            String prefix = "decoder.up." + level;
            for (int block = 0; block <= spec.residualBlocks(); block++) {
                residualBlock(prefix + ".block." + block, spec.channels(level), in);
                in = spec.channels(level);
            }
            for (int block = 0; level == lowest && block <= spec.residualBlocks(); block++) {
                attention(prefix + ".attn." + block, in);
            }
            if (level > 0) {
                convolution(prefix + ".upsample.conv", in, in, 3);
            }
        }
        norm("decoder.norm_out", in);
        convolution("decoder.conv_out", 3, in, 3);
    }

    private void quantiser(TokenizerSpec spec, ScalePyramid pyramid) {
        long z = spec.latentChannels();
        for (String phi : phis(spec, pyramid)) {
            convolution(phi, z, z, 3);
        }
        add("quantize.embedding.weight", spec.vocabularySize(), z);
        convolution("quant_conv", z, z, 3);
        convolution("post_quant_conv", z, z, 3);
    }

    private static List<String> phis(TokenizerSpec spec, ScalePyramid pyramid) {
        List<String> names = new ArrayList<>();
        if (spec.phiCount() == 1) {
            names.add("quantize.quant_resi.qresi");
        }
        for (int i = 0; spec.phiCount() > 1 && i < spec.phiCount(); i++) {
            names.add("quantize.quant_resi.qresi_ls." + i);
        }
        for (int i = 0; spec.phiCount() == 0 && i < pyramid.scales(); i++) {
            names.add("quantize.quant_resi." + i);
        }
        return names;
    }

    private void middle(String prefix, long channels) {
        residualBlock(prefix + ".block_1", channels, channels);
        attention(prefix + ".attn_1", channels);
        residualBlock(prefix + ".block_2", channels, channels);
    }

    private void residualBlock(String prefix, long out, long in) {
        norm(prefix + ".norm1", in);
        convolution(prefix + ".conv1", out, in, 3);
        norm(prefix + ".norm2", out);
        convolution(prefix + ".conv2", out, out, 3);
        if (out != in) {
            convolution(prefix + ".nin_shortcut", out, in, 1);
        }
    }

    private void attention(String prefix, long channels) {
        norm(prefix + ".norm", channels);
        convolution(prefix + ".qkv", 3 * channels, channels, 1);
        convolution(prefix + ".proj_out", channels, channels, 1);
    }

    private void transformerOf(TransformerSpec spec) {
        long width = spec.width();
        add("pos_start", 1, 1, width);
        add("pos_1LC", 1, spec.pyramid().totalTokens(), width);
        linear("word_embed", width, spec.latentChannels());
        add("class_emb.weight", spec.classes() + 1L, width);
        add("lvl_embed.weight", spec.pyramid().scales(), width);
        if (spec.sharedAdaLn()) {
            linear("shared_ada_lin.1", 6 * width, width);
        }
        for (int i = 0; i < spec.depth(); i++) {
            block("blocks." + i, spec);
        }
        linear("head_nm.ada_lin.1", 2 * width, width);
        linear("head", spec.vocabularySize(), width);
    }

    private void block(String prefix, TransformerSpec spec) {
        long width = spec.width();
        if (spec.sharedAdaLn()) {
            add(prefix + ".ada_gss", 1, 1, 6, width);
        }
        if (spec.l2NormAttention()) {
            add(prefix + ".attn.scale_mul_1H11", 1, spec.heads(), 1, 1);
        }
        add(prefix + ".attn.q_bias", width);
        add(prefix + ".attn.v_bias", width);
        add(prefix + ".attn.mat_qkv.weight", 3 * width, width);
        linear(prefix + ".attn.proj", width, width);
        linear(prefix + ".ffn.fc1", spec.feedForward(), width);
        linear(prefix + ".ffn.fc2", width, spec.feedForward());
        if (!spec.sharedAdaLn()) {
            linear(prefix + ".ada_lin.1", 6 * width, width);
        }
    }

    private void linear(String prefix, long out, long in) {
        add(prefix + ".weight", out, in);
        add(prefix + ".bias", out);
    }

    private void convolution(String prefix, long out, long in, long kernel) {
        add(prefix + ".weight", out, in, kernel, kernel);
        add(prefix + ".bias", out);
    }

    private void norm(String prefix, long channels) {
        add(prefix + ".weight", channels);
        add(prefix + ".bias", channels);
    }

    private void add(String name, long... shape) {
        tensors.add(ExpectedTensor.of(name, shape));
    }
}
