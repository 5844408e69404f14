package org.nextscale.backend.support;

import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;

/**
 * The transformer's tensors, named and shaped as in the reference implementation's state dict and in its order, and the tables
 * that follow from them. Names without an ending are linear layers: {@code NAME.weight [out, in]} and {@code NAME.bias [out]}.
 * Buffers that follow from the architecture ({@code lvl_1L}, {@code attn_bias_for_masking}, {@code zero_k_bias}) are not among
 * them.
 */
public final class TransformerTensors {
    /** {@code [classes + 1, width]}: a row a class, and one for none. */
    public static final String CLASS_EMBEDDING = "class_emb.weight";

    /** {@code [1, tokens of scale 0, width]}, added to the class embedding at scale 0. */
    public static final String START_POSITION = "pos_start";

    /** {@code [1, all tokens, width]}. */
    public static final String POSITIONS = "pos_1LC";

    /** {@code [scales, width]}, added to the positions of a scale's tokens. */
    public static final String LEVELS = "lvl_embed.weight";

    /** Linear: features {@code z} to {@code width}. */
    public static final String WORD_EMBEDDING = "word_embed";

    /** Linear: {@code width} to {@link AdaLn#BLOCK_VECTORS} · width, where all blocks share one; behind SiLU. */
    public static final String SHARED_ADA_LN = "shared_ada_lin.1";

    /** Linear: {@code width} to {@link AdaLn#HEAD_VECTORS} · width; behind SiLU. */
    public static final String HEAD_ADA_LN = "head_nm.ada_lin.1";

    /** Linear: {@code width} to the vocabulary. */
    public static final String HEAD = "head";

    /** The largest logarithm of a head's query scale that counts. */
    public static final double LARGEST_LOG_SCALE = Math.log(100);

    /** What plain queries are multiplied by, beside 1/√headSize. */
    public static final double PLAIN_SCALE = 0.25;

    private final List<TensorShape> tensors = new ArrayList<>();

    private TransformerTensors() {}

    /**
     * One block's names.
     *
     * @param prefix with a dot behind it
     */
    public record Block(String prefix) {
        /** Linear: queries, keys and values; without a bias of its own. */
        public String queriesKeysValues() {
            return prefix + "attn.mat_qkv.weight";
        }

        /** {@code [width]}. */
        public String queryBias() {
            return prefix + "attn.q_bias";
        }

        /** {@code [width]}; keys have none. */
        public String valueBias() {
            return prefix + "attn.v_bias";
        }

        /** {@code [1, heads, 1, 1]}, logarithms; see {@link TransformerTensors#queryScales}. */
        public String queryScale() {
            return prefix + "attn.scale_mul_1H11";
        }

        /** Linear: behind the attention. */
        public String projection() {
            return prefix + "attn.proj";
        }

        /** Linear: {@code width} to the MLP's hidden layer. */
        public String expand() {
            return prefix + "ffn.fc1";
        }

        /** Linear: the MLP's hidden layer to {@code width}. */
        public String contract() {
            return prefix + "ffn.fc2";
        }

        /** Linear: {@code width} to {@link AdaLn#BLOCK_VECTORS} · width, where each block has its own; behind SiLU. */
        public String adaLn() {
            return prefix + "ada_lin.1";
        }

        /** {@code [1, 1, 6, width]}, added to the shared AdaLN's vectors. */
        public String adaLnOffset() {
            return prefix + "ada_gss";
        }
    }

    public static Block block(int index) {
        return new Block("blocks." + index + ".");
    }

    /** The weight of a linear layer. */
    public static String weight(String layer) {
        return layer + ".weight";
    }

    /** The bias of a linear layer. */
    public static String bias(String layer) {
        return layer + ".bias";
    }

    /** All tensors. */
    public static List<TensorShape> all(TransformerSpec spec) {
        TransformerTensors all = new TransformerTensors();
        all.addAll(spec);
        return List.copyOf(all.tensors);
    }

    /**
     * Checks that all are there with their shapes.
     *
     * @throws org.nextscale.api.InvalidInputException naming the file and the first tensors that are missing or different
     */
    public static void require(TransformerSpec spec, WeightSource weights) {
        TensorShape.require(all(spec), weights, "transformer of depth " + spec.depth() + " and width " + spec.width());
    }

    /** Position plus level embedding of every token, {@code [all tokens, width]}. */
    public static float[] positions(TransformerSpec spec, WeightSource weights) {
        int width = spec.width();
        ScalePyramid pyramid = spec.pyramid();
        float[] positions = weights.read(POSITIONS, 1, pyramid.totalTokens(), width);
        float[] levels = weights.read(LEVELS, pyramid.scales(), width);
        for (int scale = 0; scale < pyramid.scales(); scale++) {
            for (int token = pyramid.begin(scale); token < pyramid.begin(scale + 1); token++) {
                for (int i = 0; i < width; i++) {
                    positions[token * width + i] += levels[scale * width + i];
                }
            }
        }
        return positions;
    }

    /**
     * What the dot products of a block's heads are multiplied by, {@code [heads]}: of L2-normalized queries and keys the
     * exponential of a learned logarithm that counts up to log 100; of plain ones 0.25/√headSize.
     */
    public static double[] queryScales(TransformerSpec spec, WeightSource weights, Block block) {
        double[] scales = new double[spec.heads()];
        float[] logarithms =
                spec.l2NormAttention() ? weights.read(block.queryScale(), 1, spec.heads(), 1, 1) : new float[0];
        for (int head = 0; head < scales.length; head++) {
            scales[head] = spec.l2NormAttention()
                    ? Math.exp(Math.min(logarithms[head], LARGEST_LOG_SCALE))
                    : PLAIN_SCALE / Math.sqrt(spec.headSize());
        }
        return scales;
    }

    /** The biases of queries, keys and values behind one another, {@code [3 · width]}: keys have none, which is zero. */
    public static float[] queryKeyValueBias(TransformerSpec spec, WeightSource weights, Block block) {
        int width = spec.width();
        float[] bias = new float[3 * width];
        System.arraycopy(weights.read(block.queryBias(), width), 0, bias, 0, width);
        System.arraycopy(weights.read(block.valueBias(), width), 0, bias, 2 * width, width);
        return bias;
    }

    private void addAll(TransformerSpec spec) {
        long width = spec.width();
        add(START_POSITION, 1, spec.pyramid().tokens(0), width);
        add(POSITIONS, 1, spec.pyramid().totalTokens(), width);
        linear(WORD_EMBEDDING, width, spec.latentChannels());
        add(CLASS_EMBEDDING, spec.classes() + 1L, width);
        add(LEVELS, spec.pyramid().scales(), width);
        if (spec.sharedAdaLn()) {
            linear(SHARED_ADA_LN, AdaLn.BLOCK_VECTORS * width, width);
        }
        for (int i = 0; i < spec.depth(); i++) {
            addBlock(block(i), spec);
        }
        linear(HEAD_ADA_LN, AdaLn.HEAD_VECTORS * width, width);
        linear(HEAD, spec.vocabularySize(), width);
    }

    private void addBlock(Block block, TransformerSpec spec) {
        long width = spec.width();
        if (spec.sharedAdaLn()) {
            add(block.adaLnOffset(), 1, 1, AdaLn.BLOCK_VECTORS, width);
        }
        if (spec.l2NormAttention()) {
            add(block.queryScale(), 1, spec.heads(), 1, 1);
        }
        add(block.queryBias(), width);
        add(block.valueBias(), width);
        add(block.queriesKeysValues(), 3 * width, width);
        linear(block.projection(), width, width);
        linear(block.expand(), spec.feedForward(), width);
        linear(block.contract(), width, spec.feedForward());
        if (!spec.sharedAdaLn()) {
            linear(block.adaLn(), AdaLn.BLOCK_VECTORS * width, width);
        }
    }

    private void linear(String layer, long out, long in) {
        add(weight(layer), out, in);
        add(bias(layer), out);
    }

    private void add(String name, long... shape) {
        tensors.add(TensorShape.of(name, shape));
    }
}
