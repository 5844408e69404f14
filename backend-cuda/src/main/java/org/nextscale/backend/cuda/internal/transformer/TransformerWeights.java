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
import org.nextscale.backend.cuda.internal.Precision;
import org.nextscale.backend.cuda.internal.driver.Context;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.DeviceMemory;
import org.nextscale.backend.cuda.internal.driver.MemoryPlan;
import org.nextscale.backend.cuda.internal.driver.Staging;

/**
 * A transformer's weights on a GPU in one allocation: matrices of linear layers in the products' type, all else in float32.
 * Made in two steps, the plan without a GPU, so that the need of memory is known before.
 */
final class TransformerWeights implements AutoCloseable {
    private static final double LARGEST_LOG_SCALE = Math.log(100);
    /** Softmax is to the base of 2. */
    private static final double LOG2_E = 1 / Math.log(2);

    private static final int LONGEST_HEAD = 64;
    /** Elements of 16 bytes in bf16. */
    private static final int PIECE = 8;

    /** Elements that are converted at a time. */
    private static final int TURN = 1 << 20;

    /** A block's. Of {@code condition} and {@code ownCondition} one is {@code null}: that of the other kind of AdaLN. */
    record Block(
            Planned condition,
            MemoryPlan.Piece ownCondition,
            Planned qkv,
            MemoryPlan.Piece factors,
            Planned projection,
            Planned up,
            Planned down) {}

    /** A linear layer that is not loaded yet. */
    record Planned(MemoryPlan.Piece weight, MemoryPlan.Piece bias, int outputs, int inputs) {}

    private interface Tensor {
        void load(WeightSource source, Staging staging);
    }

    private interface Values {
        float[] read(WeightSource source);
    }

    private record Shape(String name, long... dimensions) {}

    private final Precision precision;
    private final MemoryPlan plan = new MemoryPlan();
    private final List<Shape> shapes = new ArrayList<>();
    private final List<Tensor> tensors = new ArrayList<>();
    private final MemoryPlan.Piece classes;
    private final MemoryPlan.Piece start;
    private final MemoryPlan.Piece positions;
    private final Planned word;
    private final Planned sharedCondition;
    private final List<Block> blocks = new ArrayList<>();
    private final Planned headCondition;
    private final Planned head;
    private DeviceMemory memory;

    /** @throws InvalidInputException if the kernels do not take such a shape */
    TransformerWeights(TransformerSpec spec, Precision precision) {
        this.precision = precision;
        requireShape(spec);
        int width = spec.width();
        ScalePyramid pyramid = spec.pyramid();
        classes = exact("class_emb.weight", spec.classes() + 1L, width);
        start = exact("pos_start", 1, pyramid.tokens(0), width);
        positions = positions(spec);
        word = new Planned(
                vector(
                        "word_embed.weight",
                        (long) spec.latentChannels() * width,
                        source -> transposed(source.read("word_embed.weight", width, spec.latentChannels()), width)),
                exact("word_embed.bias", width),
                width,
                spec.latentChannels());
        shapes.add(new Shape("word_embed.weight", width, spec.latentChannels()));
        int vectors = AdaLn.BLOCK_VECTORS * width;
        sharedCondition = spec.sharedAdaLn() ? linear("shared_ada_lin.1", vectors, width) : null;
        for (int i = 0; i < spec.depth(); i++) {
            String name = "blocks." + i + ".";
            blocks.add(new Block(
                    spec.sharedAdaLn() ? null : linear(name + "ada_lin.1", vectors, width),
                    spec.sharedAdaLn() ? exact(name + "ada_gss", 1, 1, AdaLn.BLOCK_VECTORS, width) : null,
                    qkv(name + "attn.", width),
                    factors(name + "attn.", spec),
                    linear(name + "attn.proj", width, width),
                    linear(name + "ffn.fc1", spec.feedForward(), width),
                    linear(name + "ffn.fc2", width, spec.feedForward())));
        }
        headCondition = linear("head_nm.ada_lin.1", AdaLn.HEAD_VECTORS * width, width);
        head = linear("head", spec.vocabularySize(), width);
    }

    private static void requireShape(TransformerSpec spec) {
        require(spec.headSize() <= LONGEST_HEAD, "attention heads of " + spec.headSize() + " channels, at most 64");
        require(spec.headSize() % PIECE == 0, "attention heads of " + spec.headSize() + " channels, multiples of 8");
        require(spec.feedForward() % PIECE == 0, "a feed-forward width of " + spec.feedForward() + ", multiples of 8");
        require(spec.vocabularySize() % 2 == 0, "a vocabulary of " + spec.vocabularySize() + ", even ones");
    }

    private static void require(boolean holds, String foundAndAllowed) {
        if (!holds) {
            throw new InvalidInputException("transformer: " + foundAndAllowed + " can be run by the backend cuda");
        }
    }

    private Planned linear(String name, int outputs, int inputs) {
        return new Planned(matrix(name + ".weight", outputs, inputs), exact(name + ".bias", outputs), outputs, inputs);
    }

    /** Keys have no bias. */
    private Planned qkv(String name, int width) {
        shapes.add(new Shape(name + "q_bias", width));
        shapes.add(new Shape(name + "v_bias", width));
        MemoryPlan.Piece bias = vector(name + "biases", 3L * width, source -> {
            float[] all = Arrays.copyOf(source.read(name + "q_bias", width), 3 * width);
            System.arraycopy(source.read(name + "v_bias", width), 0, all, 2 * width, width);
            return all;
        });
        return new Planned(matrix(name + "mat_qkv.weight", 3 * width, width), bias, 3 * width, width);
    }

    /** What each head's queries are multiplied by. */
    private MemoryPlan.Piece factors(String name, TransformerSpec spec) {
        int heads = spec.heads();
        if (!spec.l2NormAttention()) {
            float[] factors = new float[heads];
            Arrays.fill(factors, (float) (0.25 / Math.sqrt(spec.headSize()) * LOG2_E));
            return vector(name + "factors", heads, source -> factors);
        }
        String scales = name + "scale_mul_1H11";
        shapes.add(new Shape(scales, 1, heads, 1, 1));
        return vector(name + "factors", heads, source -> {
            float[] factors = source.read(scales, 1, heads, 1, 1);
            for (int i = 0; i < heads; i++) {
                factors[i] = (float) (Math.exp(Math.min(factors[i], LARGEST_LOG_SCALE)) * LOG2_E);
            }
            return factors;
        });
    }

    /** Position plus level embedding of every token. */
    private MemoryPlan.Piece positions(TransformerSpec spec) {
        ScalePyramid pyramid = spec.pyramid();
        int width = spec.width();
        shapes.add(new Shape("pos_1LC", 1, pyramid.totalTokens(), width));
        shapes.add(new Shape("lvl_embed.weight", pyramid.scales(), width));
        return vector("positions", (long) pyramid.totalTokens() * width, source -> {
            float[] position = source.read("pos_1LC", 1, pyramid.totalTokens(), width);
            float[] level = source.read("lvl_embed.weight", pyramid.scales(), width);
            for (int scale = 0; scale < pyramid.scales(); scale++) {
                for (int i = pyramid.begin(scale) * width; i < pyramid.begin(scale + 1) * width; i++) {
                    position[i] += level[scale * width + i % width];
                }
            }
            return position;
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
    private MemoryPlan.Piece exact(String name, long... shape) {
        shapes.add(new Shape(name, shape));
        long elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        return vector(name, elements, source -> source.read(name, shape));
    }

    private MemoryPlan.Piece vector(String name, long elements, Values values) {
        MemoryPlan.Piece piece = plan.add(name, elements * Float.BYTES);
        tensors.add((source, staging) -> staging.upload(values.read(source), at(piece)));
        return piece;
    }

    private MemoryPlan.Piece matrix(String name, int outputs, int inputs) {
        shapes.add(new Shape(name, outputs, inputs));
        long elements = (long) outputs * inputs;
        MemoryPlan.Piece piece = plan.add(name, elements * precision.bytes());
        tensors.add((source, staging) -> {
            FloatBuffer values = FloatBuffer.allocate((int) Math.min(TURN, elements));
            ByteBuffer bytes =
                    ByteBuffer.allocate(values.capacity() * precision.bytes()).order(ByteOrder.nativeOrder());
            for (long done = 0; done < elements; done += values.limit()) {
                values.clear().limit((int) Math.min(values.capacity(), elements - done));
                source.read(name, done, values);
                precision.encode(values.flip(), bytes);
                staging.upload(bytes, at(piece).slice(done * precision.bytes(), bytes.limit()));
            }
        });
        return piece;
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
        shapes.forEach(shape -> source.require(shape.name(), shape.dimensions()));
        memory = context.allocate(plan.bytes());
        tensors.forEach(tensor -> tensor.load(source, staging));
        tensors.clear();
    }

    /** Where a piece lies, once loaded. */
    DeviceBuffer at(MemoryPlan.Piece piece) {
        return memory.buffer(piece);
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
