package org.nextscale.model.internal.recognition;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.backend.support.TransformerTensors;
import org.nextscale.model.description.ModelConfig;
import org.nextscale.model.description.PublishedModel;

/** Tells a transformer's architecture from the names and shapes of its tensors and the content of {@code lvl_1L}. */
public final class TransformerRecognition {
    /** Channels of a head in all published models: the rule where the tensors do not show the number of heads. */
    private static final int HEAD_SIZE = 64;

    private static final int MOST_TOKENS = 1 << 20;
    private static final int MOST_SCALES = 256;
    private static final String LEVELS = "lvl_1L";
    private static final String POSITIONS = "pos_1LC";

    private final WeightSource weights;
    private final ModelConfig config;

    private TransformerRecognition(WeightSource weights, ModelConfig config) {
        this.weights = weights;
        this.config = config;
    }

    /**
     * The architecture, all of whose tensors are there.
     *
     * @param config what is known otherwise; must agree
     */
    public static TransformerSpec recognize(WeightSource weights, ModelConfig config) {
        TransformerSpec spec = new TransformerRecognition(weights, config).spec();
        TensorShape.require(TransformerTensors.all(spec), weights, "transformer, " + PublishedModel.describe(spec));
        return spec;
    }

    private TransformerSpec spec() {
        String file = weights.description();
        int depth = 0;
        while (weights.contains("blocks." + depth + ".attn.mat_qkv.weight")) {
            depth++;
        }
        if (depth == 0) {
            throw invalid("has no transformer blocks (blocks.0.attn.mat_qkv.weight)");
        }
        boolean sharedAdaLn = weights.contains("shared_ada_lin.1.weight");
        boolean l2Norm = weights.contains("blocks.0.attn.scale_mul_1H11");
        int width = size("word_embed.weight", 0, 2);
        config.requireEqual("attn_l2_norm", config.l2NormAttention(), l2Norm, file);
        int heads = heads(l2Norm, width);
        int feedForward = size("blocks.0.ffn.fc1.weight", 0, 2);
        int classes = size("class_emb.weight", 0, 2) - 1;
        int latentChannels = size("word_embed.weight", 1, 2);
        int vocabularySize = size("head.weight", 0, 2);
        ScalePyramid pyramid = pyramid();
        int blocks = depth;
        TransformerSpec found = TokenizerRecognition.checked(
                file,
                () -> TransformerSpec.builder(blocks)
                        .type(config.transformerType().orElse(TransformerSpec.VAR))
                        .width(width)
                        .heads(heads)
                        .feedForward(feedForward)
                        .classes(classes)
                        .sharedAdaLn(sharedAdaLn)
                        .l2NormAttention(l2Norm)
                        .latentChannels(latentChannels)
                        .vocabularySize(vocabularySize)
                        .pyramid(pyramid)
                        .build());
        config.requireEqual("depth", config.depth(), depth, file);
        config.requireEqual("embed_dim", config.width(), width, file);
        config.requireEqual("num_heads", config.heads(), found.heads(), file);
        config.requireEqual("num_classes", config.classes(), found.classes(), file);
        config.requireEqual("shared_aln", config.sharedAdaLn(), sharedAdaLn, file);
        config.requireEqual("z_channels", config.latentChannels(), found.latentChannels(), file);
        config.requireEqual("vocab_size", config.vocabularySize(), found.vocabularySize(), file);
        return found;
    }

    private int heads(boolean l2Norm, int width) {
        if (l2Norm) {
            return size("blocks.0.attn.scale_mul_1H11", 1, 4);
        }
        if (config.heads().isPresent()) {
            return config.heads().get();
        }
        if (width % HEAD_SIZE != 0) {
            throw invalid("its plain attention does not show the number of heads: give num_heads in a config.json");
        }
        return width / HEAD_SIZE;
    }

    private ScalePyramid pyramid() {
        int tokens = size(POSITIONS, 1, 3);
        int scales = size("lvl_embed.weight", 0, 2);
        Optional<List<Integer>> stored = storedPyramid(tokens);
        config.requireEqual(
                "patch_nums",
                stored.isPresent() ? config.patchNums() : Optional.empty(),
                stored.orElse(null),
                weights.description());
        Optional<ScalePyramid> found = TokenizerRecognition.checked(
                stored.isPresent() ? weights.description() : config.source(),
                () -> stored.or(config::patchNums).map(ScalePyramid::new));
        for (ScalePyramid published : List.of(ScalePyramid.PX256, ScalePyramid.PX512)) {
            if (found.isEmpty() && published.totalTokens() == tokens && published.scales() == scales) {
                found = Optional.of(published);
            }
        }
        ScalePyramid pyramid = found.orElseThrow(() -> invalid(
                "its tensors do not show the pyramid of its " + tokens + " tokens: give patch_nums in a config.json"));
        if (pyramid.scales() != scales || pyramid.totalTokens() != tokens) {
            throw invalid("pyramid " + pyramid.patchNums() + " has " + pyramid.scales() + " scales and "
                    + pyramid.totalTokens() + " tokens, but " + POSITIONS + " has " + tokens
                    + " tokens and lvl_embed.weight " + scales + " scales");
        }
        return pyramid;
    }

    /** The pyramid in {@code lvl_1L}, which gives the scale of every token. */
    private Optional<List<Integer>> storedPyramid(int tokens) {
        if (!weights.contains(LEVELS) || tokens > MOST_TOKENS) {
            return Optional.empty();
        }
        List<Integer> sides = new ArrayList<>();
        float[] levels = weights.read(LEVELS, 1, tokens);
        for (int begin = 0; begin < tokens; ) {
            int end = begin;
            while (end < tokens && levels[end] == levels[begin]) {
                end++;
            }
            int side = (int) Math.round(Math.sqrt(end - begin));
            if (levels[begin] != sides.size() || side * side != end - begin || sides.size() == MOST_SCALES) {
                throw invalid(LEVELS + " does not list square scales one after the other, see token " + begin);
            }
            sides.add(side);
            begin = end;
        }
        return Optional.of(sides);
    }

    private int size(String name, int dimension, int dimensions) {
        return TokenizerRecognition.size(weights, name, dimension, dimensions);
    }

    private InvalidInputException invalid(String problem) {
        return new InvalidInputException(weights.description() + ": " + problem);
    }
}
