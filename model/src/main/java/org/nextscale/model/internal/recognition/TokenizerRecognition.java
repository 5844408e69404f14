package org.nextscale.model.internal.recognition;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.backend.support.TokenizerTensors;
import org.nextscale.model.description.ModelConfig;

/** Tells a tokenizer's architecture from the names and shapes of its tensors. */
public final class TokenizerRecognition {
    private final WeightSource weights;
    private final ModelConfig config;

    private TokenizerRecognition(WeightSource weights, ModelConfig config) {
        this.weights = weights;
        this.config = config;
    }

    /**
     * The architecture, all of whose tensors are there.
     *
     * @param config what is known otherwise; must agree
     * @param pyramid the transformer's pyramid, for tokenizers with one Phi each scale
     */
    public static TokenizerSpec recognize(WeightSource weights, ModelConfig config, ScalePyramid pyramid) {
        TokenizerSpec spec = new TokenizerRecognition(weights, config).spec();
        TensorShape.require(
                TokenizerTensors.all(spec, pyramid),
                weights,
                "tokenizer of " + spec.levels() + " levels with " + spec.channels() + " channels");
        return spec;
    }

    /** The same for a tokenizer alone. */
    public static TokenizerSpec recognize(WeightSource weights, ModelConfig config) {
        return recognize(weights, config, pyramidOfPhis(weights));
    }

    /** Stands in for the unknown pyramid of a tokenizer alone: as many scales as it has Phis of their own. */
    public static ScalePyramid pyramidOfPhis(WeightSource weights) {
        int count = 0;
        while (weights.contains("quantize.quant_resi." + count + ".weight")) {
            count++;
        }
        return new ScalePyramid(Collections.nCopies(Math.max(1, count), 1));
    }

    private TokenizerSpec spec() {
        int channels = size("encoder.conv_in.weight", 0, 4);
        List<Integer> multipliers = new ArrayList<>();
        for (int level = 0; weights.contains(block(level, 0)); level++) {
            int width = size(block(level, 0), 0, 4);
            if (channels == 0 || width % channels != 0) {
                throw invalid(
                        block(level, 0) + " has " + width + " channels, no multiple of the first level's " + channels);
            }
            multipliers.add(width / channels);
        }
        int residualBlocks = 0;
        while (weights.contains(block(0, residualBlocks))) {
            residualBlocks++;
        }
        String file = weights.description();
        int blocks = residualBlocks;
        int latentChannels = size("quantize.embedding.weight", 1, 2);
        int vocabularySize = size("quantize.embedding.weight", 0, 2);
        int phiCount = phiCount();
        TokenizerSpec found = checked(
                file,
                () -> TokenizerSpec.builder()
                        .type(config.tokenizerType().orElse(TokenizerSpec.MULTI_SCALE_VQ))
                        .parameters(config.tokenizerParameters().orElse(Map.of()))
                        .channels(channels)
                        .channelMultipliers(multipliers)
                        .residualBlocks(blocks)
                        .latentChannels(latentChannels)
                        .vocabularySize(vocabularySize)
                        .phiCount(phiCount)
                        .cosine(config.cosine().orElse(false))
                        .build());
        config.requireEqual("ch", config.channels(), found.channels(), file);
        config.requireEqual("ch_mult", config.channelMultipliers(), found.channelMultipliers(), file);
        config.requireEqual("z_channels", config.latentChannels(), found.latentChannels(), file);
        config.requireEqual("vocab_size", config.vocabularySize(), found.vocabularySize(), file);
        config.requireEqual("share_quant_resi", config.phiCount(), found.phiCount(), file);
        return found;
    }

    private int phiCount() {
        if (weights.contains("quantize.quant_resi.qresi.weight")) {
            return 1;
        }
        int count = 0;
        while (weights.contains("quantize.quant_resi.qresi_ls." + count + ".weight")) {
            count++;
        }
        if (count == 0 && !weights.contains("quantize.quant_resi.0.weight")) {
            throw invalid("has none of the quantizer's Phi convolutions (quantize.quant_resi…)");
        }
        return count;
    }

    private static String block(int level, int block) {
        return "encoder.down." + level + ".block." + block + ".conv1.weight";
    }

    private int size(String name, int dimension, int dimensions) {
        return size(weights, name, dimension, dimensions);
    }

    /** One size of a tensor that must be there and have so many dimensions. */
    static int size(WeightSource weights, String name, int dimension, int dimensions) {
        WeightInfo found = weights.weight(name);
        if (found.shape().size() != dimensions || found.shape().get(dimension) > Integer.MAX_VALUE) {
            throw new InvalidInputException(weights.description() + ": " + name + " has shape " + found.shape()
                    + ", expected " + dimensions + " dimensions");
        }
        return found.shape().get(dimension).intValue();
    }

    /** Makes something of a file's content; if it is refused, the message begins with the file. */
    static <T> T checked(String file, Supplier<T> content) {
        try {
            return content.get();
        } catch (InvalidInputException e) {
            throw new InvalidInputException(file + ": " + e.getMessage(), e);
        }
    }

    private InvalidInputException invalid(String problem) {
        return new InvalidInputException(weights.description() + ": " + problem);
    }
}
