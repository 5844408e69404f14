package org.nextscale.backend.nd4j.internal.transformer;

import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.nd4j.internal.compute.Linear;
import org.nextscale.backend.nd4j.internal.compute.NativeMemory;
import org.nextscale.backend.nd4j.internal.compute.Workers;

/**
 * All parameters of a transformer, by the names of the published checkpoints. Matrices lie in native memory, vectors and
 * embedding tables, which only Java reads, on the heap; each exists once. Immutable.
 */
final class TransformerWeights {
    /** Vectors that AdaLN gives a block, in the order stored. */
    static final int GAMMA_ATTENTION = 0;

    static final int GAMMA_FEED_FORWARD = 1;
    static final int SCALE_ATTENTION = 2;
    static final int SCALE_FEED_FORWARD = 3;
    static final int SHIFT_ATTENTION = 4;
    static final int SHIFT_FEED_FORWARD = 5;
    static final int BLOCK_VECTORS = 6;
    /** Of the head: scale, then shift. */
    static final int HEAD_VECTORS = 2;

    /**
     * One block.
     *
     * @param adaLn {@code width → 6·width}; {@code null} where it is shared
     * @param adaLnOffset {@code [6·width]}, added to the shared AdaLN's output; {@code null} where it is not shared
     * @param queryScale factor of every head's queries
     */
    record Block(
            Linear queryKeyValue,
            Linear projection,
            Linear expand,
            Linear contract,
            float[] queryScale,
            Linear adaLn,
            float[] adaLnOffset) {}

    /** {@code [classes + 1, width]}. */
    final float[] classEmbedding;
    /** {@code [first tokens, width]}. */
    final float[] startPosition;
    /** Position plus level embedding, {@code [all tokens, width]}. */
    final float[] position;

    final Linear wordEmbedding;
    final List<Block> blocks;
    /** {@code width → 6·width} for all blocks; {@code null} where each has its own. */
    final Linear sharedAdaLn;

    final Linear headAdaLn;
    final Linear head;

    TransformerWeights(TransformerSpec spec, WeightSource source, NativeMemory memory, Workers workers) {
        Loader loader = new Loader(spec, source, memory, workers);
        int width = spec.width();
        ScalePyramid pyramid = spec.pyramid();
        classEmbedding = source.read("class_emb.weight", spec.classes() + 1, width);
        startPosition = source.read("pos_start", 1, pyramid.tokens(0), width);
        position = loader.positions();
        wordEmbedding = loader.linear("word_embed", spec.latentChannels(), width);
        sharedAdaLn = spec.sharedAdaLn() ? loader.linear("shared_ada_lin.1", width, BLOCK_VECTORS * width) : null;
        blocks = new ArrayList<>();
        for (int i = 0; i < spec.depth(); i++) {
            blocks.add(loader.block("blocks." + i + "."));
        }
        headAdaLn = loader.linear("head_nm.ada_lin.1", width, HEAD_VECTORS * width);
        head = loader.linear("head", width, spec.vocabularySize());
    }

    private record Loader(TransformerSpec spec, WeightSource source, NativeMemory memory, Workers workers) {

        Linear linear(String name, int inputs, int outputs) {
            return linear(name + ".weight", inputs, outputs, source.read(name + ".bias", outputs));
        }

        Linear linear(String weight, int inputs, int outputs, float[] bias) {
            source.require(weight, outputs, inputs);
            return Linear.load(source, weight, 0, inputs, outputs, bias, memory, workers);
        }

        Block block(String name) {
            int width = spec.width();
            boolean shared = spec.sharedAdaLn();
            return new Block(
                    linear(name + "attn.mat_qkv.weight", width, 3 * width, queryKeyValueBias(name)),
                    linear(name + "attn.proj", width, width),
                    linear(name + "ffn.fc1", width, spec.feedForward()),
                    linear(name + "ffn.fc2", spec.feedForward(), width),
                    queryScale(name),
                    shared ? null : linear(name + "ada_lin.1", width, BLOCK_VECTORS * width),
                    shared ? source.read(name + "ada_gss", 1, 1, BLOCK_VECTORS, width) : null);
        }

        /** Queries and values have a bias, keys have none. */
        private float[] queryKeyValueBias(String name) {
            int width = spec.width();
            float[] bias = new float[3 * width];
            System.arraycopy(source.read(name + "attn.q_bias", width), 0, bias, 0, width);
            System.arraycopy(source.read(name + "attn.v_bias", width), 0, bias, 2 * width, width);
            return bias;
        }

        private float[] queryScale(String name) {
            float[] scale = new float[spec.heads()];
            if (spec.l2NormAttention()) {
                float[] logarithms = source.read(name + "attn.scale_mul_1H11", 1, spec.heads(), 1, 1);
                for (int head = 0; head < scale.length; head++) {
                    scale[head] = (float) Math.exp(Math.min(logarithms[head], Math.log(100)));
                }
            } else {
                java.util.Arrays.fill(scale, (float) (0.25 / Math.sqrt(spec.headSize())));
            }
            return scale;
        }

        float[] positions() {
            int width = spec.width();
            ScalePyramid pyramid = spec.pyramid();
            float[] position = source.read("pos_1LC", 1, pyramid.totalTokens(), width);
            float[] level = source.read("lvl_embed.weight", pyramid.scales(), width);
            for (int scale = 0; scale < pyramid.scales(); scale++) {
                for (int token = pyramid.begin(scale); token < pyramid.begin(scale + 1); token++) {
                    for (int i = 0; i < width; i++) {
                        position[token * width + i] += level[scale * width + i];
                    }
                }
            }
            return position;
        }
    }
}
