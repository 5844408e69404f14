package org.nextscale.backend.cuda.internal.transformer;

import java.util.stream.IntStream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.cuda.internal.driver.Context;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.DeviceMemory;
import org.nextscale.backend.cuda.internal.driver.MemoryPlan;
import org.nextscale.backend.cuda.internal.gpu.Precision;
import org.nextscale.backend.support.AdaLn;

/**
 * What a batch needs on a GPU beside the weights, in one allocation: the key/value cache of the whole pyramid, AdaLN's
 * vectors, and the intermediate results of the scale with the most tokens. Sequences are the images under their labels and
 * then, if they run, the same images under the unconditional label.
 */
final class BatchMemory implements AutoCloseable {
    /** Kernels count rows along blockIdx.y and elements of a product in an {@code int}. */
    private static final int MOST_BLOCKS = 65_535;

    private final TransformerSpec spec;
    private final int sequences;
    private final MemoryPlan plan = new MemoryPlan();
    private final MemoryPlan.Region labels;
    private final MemoryPlan.Region input;
    private final MemoryPlan.Region stream;
    private final MemoryPlan.Region narrow;
    private final MemoryPlan.Region wide;
    private final MemoryPlan.Region logits;
    private final MemoryPlan.Region partial;
    private final MemoryPlan.Region sharedCondition;
    private final MemoryPlan.Region conditions;
    private final MemoryPlan.Region headCondition;
    private final MemoryPlan.Region cache;
    private DeviceMemory memory;

    /**
     * Works out what is needed and allocates nothing yet.
     *
     * @param multiprocessors of the GPU
     * @throws InvalidInputException if so many images cannot be run at a time, whatever the memory
     */
    BatchMemory(TransformerSpec spec, Precision precision, int images, boolean guided, int multiprocessors) {
        this.spec = spec;
        long halves = guided ? 2 : 1;
        int most = IntStream.range(0, spec.pyramid().scales())
                .map(spec.pyramid()::tokens)
                .max()
                .orElseThrow();
        long rows = halves * images * most;
        long widest = Math.max(Math.max(3L * spec.width(), spec.feedForward()), spec.vocabularySize());
        if (halves * images > MOST_BLOCKS / spec.pyramid().tokens(0) || rows * widest > Integer.MAX_VALUE) {
            throw new InvalidInputException("a batch of " + images + " images is too large for one session");
        }
        sequences = (int) halves * images;
        long width = spec.width();
        long vectors = sequences * width * Float.BYTES;
        labels = plan.add("labels", (long) sequences * Integer.BYTES);
        input = plan.add("a scale's input", (long) images * most * spec.latentChannels() * Float.BYTES);
        stream = plan.add("the residual stream", rows * width * Float.BYTES);
        narrow = plan.add("what layers start from", rows * width * precision.bytes());
        wide = plan.add("hidden layers", rows * Math.max(3 * width, spec.feedForward()) * precision.bytes());
        logits = plan.add("logits", rows * spec.vocabularySize() * Float.BYTES);
        partial = plan.add("partial sums", LinearKernels.partialBytes(multiprocessors));
        sharedCondition = spec.sharedAdaLn() ? plan.add("the shared AdaLN", AdaLn.BLOCK_VECTORS * vectors) : null;
        conditions = plan.add("AdaLN of the blocks", spec.depth() * AdaLn.BLOCK_VECTORS * vectors);
        headCondition = plan.add("AdaLN of the head", AdaLn.HEAD_VECTORS * vectors);
        cache = plan.add(
                "the key/value cache",
                2L * spec.depth() * sequences * spec.pyramid().totalTokens() * width * precision.bytes());
    }

    long bytes() {
        return plan.bytes();
    }

    void allocate(Context context) {
        memory = context.allocate(plan.bytes());
    }

    /** Of all sequences. */
    DeviceBuffer labels() {
        return memory.buffer(labels);
    }

    /** {@code [images, tokens, z]} float32. */
    DeviceBuffer input() {
        return memory.buffer(input);
    }

    /** The residual stream, {@code [rows, width]} float32. */
    DeviceBuffer stream() {
        return memory.buffer(stream);
    }

    /** {@code [rows, width]} in the products' type: what a norm gives, and queries. */
    DeviceBuffer narrow() {
        return memory.buffer(narrow);
    }

    /** {@code [rows, 3 · width | feed-forward]} in the products' type; attention's result too. */
    DeviceBuffer wide() {
        return memory.buffer(wide);
    }

    /** {@code [rows, vocabulary]} float32. */
    DeviceBuffer logits() {
        return memory.buffer(logits);
    }

    /** Scratch memory of products that are split along k. */
    DeviceBuffer partial() {
        return memory.buffer(partial);
    }

    /** {@code [sequences, 6, width]} float32, where AdaLN is shared. */
    DeviceBuffer sharedCondition() {
        return memory.buffer(sharedCondition);
    }

    /** A block's {@code [sequences, 6, width]} float32. */
    DeviceBuffer condition(int block) {
        long bytes = conditions.bytes() / spec.depth();
        return memory.buffer(conditions).slice(block * bytes, bytes);
    }

    /** {@code [sequences, 2, width]} float32. */
    DeviceBuffer headCondition() {
        return memory.buffer(headCondition);
    }

    /** A block's {@code [sequences, heads, all tokens, head size]} in the products' type. */
    DeviceBuffer keys(int block) {
        return cached(2 * block);
    }

    /** As {@link #keys}. */
    DeviceBuffer values(int block) {
        return cached(2 * block + 1);
    }

    private DeviceBuffer cached(int index) {
        long bytes = cache.bytes() / (2L * spec.depth());
        return memory.buffer(cache).slice(index * bytes, bytes);
    }

    @Override
    public void close() {
        if (memory != null) {
            memory.close();
        }
    }
}
