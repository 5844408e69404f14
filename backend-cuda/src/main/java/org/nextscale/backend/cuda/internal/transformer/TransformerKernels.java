package org.nextscale.backend.cuda.internal.transformer;

import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.Kernel;
import org.nextscale.backend.cuda.internal.driver.Stream;
import org.nextscale.backend.cuda.internal.gpu.Gpu;
import org.nextscale.backend.cuda.internal.gpu.Precision;
import org.nextscale.backend.support.AdaLn;

/** The kernels of a pass but the linear layers': embedding.cu, layer_norm.cu, attention.cu. Thread-safe. */
final class TransformerKernels {
    private static final int THREADS = 128;
    private static final int WARPS = THREADS / 32;
    /** Rows of a thread of embed_features. */
    private static final int ROWS_OF_FEATURES = 8;
    /** attention_bf16's: queries, keys and values twice, 64 rows of 128 bytes each. */
    private static final int SHARED_BYTES_OF_ATTENTION = 5 * 64 * 128;

    private final TransformerSpec spec;
    private final int queriesOfBlock;
    private final int sharedOfAttention;
    private final Kernel condition;
    private final Kernel sharedCondition;
    private final Kernel start;
    private final Kernel features;
    private final Kernel norm;
    private final Kernel prepare;
    private final Kernel attention;

    TransformerKernels(Gpu gpu, TransformerSpec spec, Precision precision) {
        this.spec = spec;
        boolean bf16 = precision == Precision.BF16;
        queriesOfBlock = bf16 ? 64 : 32;
        sharedOfAttention = bf16 ? SHARED_BYTES_OF_ATTENTION : 0;
        String type = bf16 ? "_bf16" : "_f32";
        condition = gpu.kernels().kernel("embed_condition" + type);
        sharedCondition = gpu.kernels().kernel("embed_shared_condition");
        start = gpu.kernels().kernel("embed_start");
        features = gpu.kernels().kernel("embed_features");
        norm = gpu.kernels().kernel("layer_norm" + type);
        prepare = gpu.kernels().kernel("attention_prepare" + type);
        attention = gpu.kernels().kernel("attention" + type, sharedOfAttention);
    }

    private static int blocks(int work, int ofBlock) {
        return (work + ofBlock - 1) / ofBlock;
    }

    /** Class embeddings through SiLU: {@code [sequences, width]} in the products' type. */
    void condition(DeviceBuffer classes, DeviceBuffer labels, int sequences, DeviceBuffer out, Stream stream) {
        condition
                .launch(blocks(spec.width(), THREADS), THREADS)
                .blocks(sequences, 1)
                .pointer(classes)
                .pointer(labels)
                .pointer(out)
                .integer(spec.width())
                .on(stream);
    }

    /** A block's AdaLN vectors {@code [sequences, 6, width]}: what all blocks share plus what is its own. */
    void sharedCondition(DeviceBuffer shared, DeviceBuffer own, int sequences, DeviceBuffer out, Stream stream) {
        int length = AdaLn.BLOCK_VECTORS * spec.width();
        sharedCondition
                .launch(blocks(length, THREADS), THREADS)
                .blocks(sequences, 1)
                .pointer(shared)
                .pointer(own)
                .pointer(out)
                .integer(length)
                .on(stream);
    }

    /** The residual stream of scale 0. */
    void start(TransformerWeights weights, DeviceBuffer labels, int sequences, DeviceBuffer x, Stream stream) {
        int tokens = spec.pyramid().tokens(0);
        start.launch(blocks(spec.width(), THREADS), THREADS)
                .blocks(sequences * tokens, 1)
                .pointer(weights.classes())
                .pointer(labels)
                .pointer(weights.start())
                .pointer(weights.positions())
                .pointer(x)
                .integer(tokens)
                .integer(spec.width())
                .on(stream);
    }

    /**
     * The residual stream of a later scale.
     *
     * @param input {@code [images, tokens, z]}
     * @param halves how often the images follow one another in {@code x}
     */
    void features(
            TransformerWeights weights,
            DeviceBuffer input,
            int scale,
            int images,
            int halves,
            DeviceBuffer x,
            Stream stream) {
        int tokens = spec.pyramid().tokens(scale);
        int rows = images * tokens;
        Linear word = weights.word();
        long row = (long) spec.width() * Float.BYTES;
        features.launch(blocks(spec.width(), THREADS), THREADS)
                .blocks(blocks(rows, ROWS_OF_FEATURES), 1)
                .pointer(input)
                .pointer(word.weight())
                .pointer(word.bias())
                .pointer(weights.positions().slice(spec.pyramid().begin(scale) * row, tokens * row))
                .pointer(x)
                .integer(rows)
                .integer(tokens)
                .integer(word.inputs())
                .integer(spec.width())
                .integer(halves)
                .on(stream);
    }

    /**
     * {@code out = norm(x) · (1 + scale) + shift} in the products' type.
     *
     * @param tokens rows of a condition
     * @param stride elements from a sequence's scale to the next one's, and of shift likewise
     */
    void norm(
            DeviceBuffer x,
            DeviceBuffer scale,
            DeviceBuffer shift,
            int sequences,
            int tokens,
            int stride,
            DeviceBuffer out,
            Stream stream) {
        int rows = sequences * tokens;
        norm.launch(blocks(rows, WARPS), THREADS)
                .pointer(x)
                .pointer(scale)
                .pointer(shift)
                .pointer(out)
                .integer(rows)
                .integer(spec.width())
                .integer(tokens)
                .integer(stride)
                .on(stream);
    }

    /** Splits {@code qkv} into queries and what goes into a block's cache. */
    void prepare(
            DeviceBuffer qkv,
            DeviceBuffer factors,
            DeviceBuffer q,
            DeviceBuffer keys,
            DeviceBuffer values,
            int sequences,
            int scale,
            Stream stream) {
        int tokens = spec.pyramid().tokens(scale);
        int rows = sequences * tokens;
        prepare.launch(blocks(rows * spec.heads(), WARPS), THREADS)
                .pointer(qkv)
                .pointer(factors)
                .pointer(q)
                .pointer(keys)
                .pointer(values)
                .integer(rows)
                .integer(tokens)
                .integer(spec.heads())
                .integer(spec.headSize())
                .integer(spec.pyramid().totalTokens())
                .integer(spec.pyramid().begin(scale))
                .integer(spec.l2NormAttention() ? 1 : 0)
                .on(stream);
    }

    /** Attention of a scale's queries over a block's cache up to that scale. */
    void attention(
            DeviceBuffer q,
            DeviceBuffer keys,
            DeviceBuffer values,
            DeviceBuffer out,
            int sequences,
            int scale,
            Stream stream) {
        int tokens = spec.pyramid().tokens(scale);
        attention
                .launch(blocks(tokens, queriesOfBlock), THREADS)
                .blocks(spec.heads(), sequences)
                .shared(sharedOfAttention)
                .pointer(q)
                .pointer(keys)
                .pointer(values)
                .pointer(out)
                .integer(tokens)
                .integer(spec.pyramid().begin(scale + 1))
                .integer(spec.pyramid().totalTokens())
                .integer(spec.headSize())
                .on(stream);
    }
}
