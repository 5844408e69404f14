package org.nextscale.backend.cuda.internal.transformer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.cuda.internal.driver.Context;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.DeviceMemory;
import org.nextscale.backend.cuda.internal.driver.MemoryPlan;
import org.nextscale.backend.cuda.internal.driver.Staging;
import org.nextscale.backend.cuda.internal.gpu.Precision;
import org.nextscale.backend.support.AdaLn;
import org.nextscale.backend.support.TransformerTensors;

/**
 * A transformer's weights on a GPU in one allocation: matrices of linear layers in the products' type, all else in float32.
 * Made in two steps, the plan without a GPU, so that the need of memory is known before.
 */
final class TransformerWeights implements AutoCloseable {
    /** Softmax is to the base of 2. */
    private static final double LOG2_E = 1 / Math.log(2);

    private static final int LONGEST_HEAD = 64;
    /** Elements of 16 bytes in bf16. */
    private static final int VECTOR = 8;

    /** Elements that are converted at a time. */
    private static final int TURN = 1 << 20;

    /** A block's. Of {@code condition} and {@code ownCondition} one is {@code null}: that of the other kind of AdaLN. */
    record Block(
            Planned condition,
            MemoryPlan.Region ownCondition,
            Planned qkv,
            MemoryPlan.Region factors,
            Planned projection,
            Planned up,
            Planned down) {}

    /** A linear layer that is not loaded yet. */
    record Planned(MemoryPlan.Region weight, MemoryPlan.Region bias, int outputs, int inputs) {}

    private interface Tensor {
        void load(WeightSource source, Staging staging);
    }

    private interface Values {
        float[] read(WeightSource source);
    }

    private final TransformerSpec spec;
    private final Precision precision;
    private final MemoryPlan plan = new MemoryPlan();
    private final List<Tensor> tensors = new ArrayList<>();
    private final MemoryPlan.Region classes;
    private final MemoryPlan.Region start;
    private final MemoryPlan.Region positions;
    private final Planned word;
    private final Planned sharedCondition;
    private final List<Block> blocks = new ArrayList<>();
    private final Planned headCondition;
    private final Planned head;
    private DeviceMemory memory;

    /** @throws InvalidInputException if the kernels do not take such a shape */
    TransformerWeights(TransformerSpec spec, Precision precision) {
        this.spec = spec;
        this.precision = precision;
        requireShape(spec);
        int width = spec.width();
        ScalePyramid pyramid = spec.pyramid();
        classes = exact(TransformerTensors.CLASS_EMBEDDING, spec.classes() + 1L, width);
        start = exact(TransformerTensors.START_POSITION, 1, pyramid.tokens(0), width);
        positions = vector(
                "positions",
                (long) pyramid.totalTokens() * width,
                source -> TransformerTensors.positions(spec, source));
        String embedding = TransformerTensors.weight(TransformerTensors.WORD_EMBEDDING);
        word = new Planned(
                vector(
                        embedding,
                        (long) spec.latentChannels() * width,
                        source -> transposed(source.read(embedding, width, spec.latentChannels()), width)),
                exact(TransformerTensors.bias(TransformerTensors.WORD_EMBEDDING), width),
                width,
                spec.latentChannels());
        int vectors = AdaLn.BLOCK_VECTORS * width;
        sharedCondition = spec.sharedAdaLn() ? linear(TransformerTensors.SHARED_ADA_LN, vectors, width) : null;
        for (int i = 0; i < spec.depth(); i++) {
            TransformerTensors.Block names = TransformerTensors.block(i);
            blocks.add(new Block(
                    spec.sharedAdaLn() ? null : linear(names.adaLn(), vectors, width),
                    spec.sharedAdaLn() ? exact(names.adaLnOffset(), 1, 1, AdaLn.BLOCK_VECTORS, width) : null,
                    qkv(names),
                    factors(names),
                    linear(names.projection(), width, width),
                    linear(names.expand(), spec.feedForward(), width),
                    linear(names.contract(), width, spec.feedForward())));
        }
        headCondition = linear(TransformerTensors.HEAD_ADA_LN, AdaLn.HEAD_VECTORS * width, width);
        head = linear(TransformerTensors.HEAD, spec.vocabularySize(), width);
    }

    private static void requireShape(TransformerSpec spec) {
        require(spec.headSize() <= LONGEST_HEAD, "attention heads of " + spec.headSize() + " channels, at most 64");
        require(spec.headSize() % VECTOR == 0, "attention heads of " + spec.headSize() + " channels, multiples of 8");
        require(spec.feedForward() % VECTOR == 0, "a feed-forward width of " + spec.feedForward() + ", multiples of 8");
        require(spec.vocabularySize() % 2 == 0, "a vocabulary of " + spec.vocabularySize() + ", even ones");
    }

    private static void require(boolean holds, String foundAndAllowed) {
        if (!holds) {
            throw new InvalidInputException("transformer: " + foundAndAllowed + " can be run by the backend cuda");
        }
    }

    private Planned linear(String layer, int outputs, int inputs) {
        return new Planned(
                matrix(TransformerTensors.weight(layer), outputs, inputs),
                exact(TransformerTensors.bias(layer), outputs),
                outputs,
                inputs);
    }

    private Planned qkv(TransformerTensors.Block names) {
        int width = spec.width();
        MemoryPlan.Region bias = vector(
                names.prefix() + "biases",
                3L * width,
                source -> TransformerTensors.queryKeyValueBias(spec, source, names));
        return new Planned(matrix(names.queriesKeysValues(), 3 * width, width), bias, 3 * width, width);
    }

    /** What each head's queries are multiplied by. */
    private MemoryPlan.Region factors(TransformerTensors.Block names) {
        return vector(names.prefix() + "factors", spec.heads(), source -> {
            double[] scales = TransformerTensors.queryScales(spec, source, names);
            float[] factors = new float[scales.length];
            for (int i = 0; i < factors.length; i++) {
                factors[i] = (float) (scales[i] * LOG2_E);
            }
            return factors;
        });
    }

    private static float[] transposed(float[] matrix, int rows) {
        int columns = matrix.length / rows;
        float[] result = new float[matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            result[i % columns * rows + i / columns] = matrix[i];
        }
        return result;
    }

    /** A tensor in float32 as it is stored. */
    private MemoryPlan.Region exact(String name, long... shape) {
        long elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        return vector(name, elements, source -> source.read(name, shape));
    }

    private MemoryPlan.Region vector(String name, long elements, Values values) {
        MemoryPlan.Region region = plan.add(name, elements * Float.BYTES);
        tensors.add((source, staging) -> staging.upload(values.read(source), at(region)));
        return region;
    }

    private MemoryPlan.Region matrix(String name, int outputs, int inputs) {
        long elements = (long) outputs * inputs;
        MemoryPlan.Region region = plan.add(name, elements * precision.bytes());
        tensors.add((source, staging) -> {
            FloatBuffer values = FloatBuffer.allocate((int) Math.min(TURN, elements));
            ByteBuffer bytes =
                    ByteBuffer.allocate(values.capacity() * precision.bytes()).order(ByteOrder.nativeOrder());
            for (long done = 0; done < elements; done += values.limit()) {
                values.clear().limit((int) Math.min(values.capacity(), elements - done));
                source.read(name, done, values);
                precision.encode(values.flip(), bytes);
                staging.upload(bytes, at(region).slice(done * precision.bytes(), bytes.limit()));
            }
        });
        return region;
    }

    MemoryPlan plan() {
        return plan;
    }

    /**
     * Allocates the memory and fills it.
     *
     * @throws InvalidInputException if a tensor is missing or of another shape; nothing is allocated then
     */
    void load(WeightSource source, Context context, Staging staging) {
        TransformerTensors.require(spec, source);
        memory = context.allocate(plan.bytes());
        tensors.forEach(tensor -> tensor.load(source, staging));
        tensors.clear();
    }

    /** Where a region lies, once loaded. */
    DeviceBuffer at(MemoryPlan.Region region) {
        return memory.buffer(region);
    }

    Linear at(Planned layer) {
        return new Linear(at(layer.weight), at(layer.bias), layer.outputs, layer.inputs);
    }

    /** {@code [classes + 1, width]}. */
    DeviceBuffer classes() {
        return at(classes);
    }

    /** {@code [first tokens, width]}. */
    DeviceBuffer start() {
        return at(start);
    }

    /** Position plus level embedding, {@code [all tokens, width]}. */
    DeviceBuffer positions() {
        return at(positions);
    }

    /** Of feature vectors; the weight is float32 and transposed, {@code [z, width]}. */
    Linear word() {
        return at(word);
    }

    /** Where AdaLN is shared, otherwise {@code null}. */
    Planned sharedCondition() {
        return sharedCondition;
    }

    List<Block> blocks() {
        return blocks;
    }

    Linear headCondition() {
        return at(headCondition);
    }

    Linear head() {
        return at(head);
    }

    @Override
    public void close() {
        if (memory != null) {
            memory.close();
        }
    }
}
