package org.nextscale.backend.cuda.internal.transformer;

import java.util.Arrays;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.cuda.internal.driver.Context;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.PinnedMemory;
import org.nextscale.backend.cuda.internal.driver.Stream;
import org.nextscale.backend.cuda.internal.loop.ScalePasses;
import org.nextscale.backend.support.AdaLn;
import org.nextscale.backend.support.Resources;

/**
 * The transformer's forward pass, a scale at a time, on one GPU: its memory and a stream of its own. Rows are tokens: row
 * {@code s · tokens + t} is token t of sequence s; the unconditional sequences follow the others.
 */
final class Passes implements ScalePasses {
    private final TransformerSpec spec;
    private final GpuTransformer transformer;
    private final int images;
    private final boolean guided;
    private final Resources resources = new Resources();
    private final BatchMemory workspace;
    private final Stream stream;
    private final PinnedMemory labels;

    /** @throws org.nextscale.api.BackendException if there is not enough memory; nothing stays behind */
    Passes(GpuTransformer transformer, int images, boolean guided) {
        this.transformer = transformer;
        this.spec = transformer.spec();
        this.images = images;
        this.guided = guided;
        Context context = transformer.gpu().context();
        workspace = resources.add(transformer.plan(images, guided));
        try {
            workspace.allocate(context);
            labels = resources.add(context.pinned(sequences() * Integer.BYTES));
            // The last one is closed first: that waits for what works on the others' memory.
            stream = resources.add(context.stream());
        } catch (RuntimeException | Error e) {
            resources.close();
            throw e;
        }
    }

    private int sequences() {
        return guided ? 2 * images : images;
    }

    @Override
    public Stream stream() {
        return stream;
    }

    @Override
    public void begin(int[] rows) {
        int[] all = Arrays.copyOf(rows, sequences());
        Arrays.fill(all, images, all.length, spec.classes());
        labels.bytes().asIntBuffer().put(all);
        stream.upload(labels, workspace.labels());
        TransformerWeights weights = transformer.weights();
        DeviceBuffer activated = workspace.narrow();
        kernels().condition(weights.classes(), workspace.labels(), sequences(), activated, stream);
        if (spec.sharedAdaLn()) {
            condition(weights.at(weights.sharedCondition()), activated, workspace.sharedCondition());
        }
        for (int i = 0; i < spec.depth(); i++) {
            TransformerWeights.Block block = weights.blocks().get(i);
            DeviceBuffer out = workspace.condition(i);
            if (spec.sharedAdaLn()) {
                DeviceBuffer own = weights.at(block.ownCondition());
                kernels().sharedCondition(workspace.sharedCondition(), own, sequences(), out, stream);
            } else {
                condition(weights.at(block.condition()), activated, out);
            }
        }
        condition(weights.headCondition(), activated, workspace.headCondition());
    }

    private void condition(Linear layer, DeviceBuffer activated, DeviceBuffer out) {
        apply(layer, activated, sequences(), LinearKernels.Kind.FLOAT, null, out);
    }

    @Override
    public void enqueue(int scale) {
        enqueue(scale, guided);
    }

    /**
     * As {@link #enqueue(int)}.
     *
     * @param unconditional whether the unconditional half, if there is one, runs too; no later scale can run it then
     */
    void enqueue(int scale, boolean unconditional) {
        TransformerWeights weights = transformer.weights();
        int tokens = spec.pyramid().tokens(scale);
        int running = unconditional ? sequences() : images;
        DeviceBuffer x = workspace.stream();
        if (scale == 0) {
            kernels().start(weights, workspace.labels(), running, x, stream);
        } else {
            kernels().features(weights, workspace.input(), scale, images, running / images, x, stream);
        }
        for (int i = 0; i < spec.depth(); i++) {
            block(i, weights.blocks().get(i), scale, running);
        }
        int vectors = AdaLn.HEAD_VECTORS;
        DeviceBuffer condition = workspace.headCondition();
        normalize(condition, AdaLn.HEAD_SCALE, AdaLn.HEAD_SHIFT, vectors, running, tokens);
        apply(weights.head(), workspace.narrow(), running * tokens, LinearKernels.Kind.FLOAT, null, workspace.logits());
    }

    private void block(int index, TransformerWeights.Block block, int scale, int running) {
        TransformerWeights weights = transformer.weights();
        int tokens = spec.pyramid().tokens(scale);
        int rows = running * tokens;
        DeviceBuffer condition = workspace.condition(index);
        DeviceBuffer x = workspace.stream();
        DeviceBuffer narrow = workspace.narrow();
        DeviceBuffer wide = workspace.wide();
        DeviceBuffer keys = workspace.keys(index);
        DeviceBuffer values = workspace.values(index);
        int vectors = AdaLn.BLOCK_VECTORS;
        normalize(condition, AdaLn.SCALE_ATTENTION, AdaLn.SHIFT_ATTENTION, vectors, running, tokens);
        apply(weights.at(block.qkv()), narrow, rows, LinearKernels.Kind.ELEMENT, null, wide);
        kernels().prepare(wide, weights.at(block.factors()), narrow, keys, values, running, scale, stream);
        kernels().attention(narrow, keys, values, wide, running, scale, stream);
        LinearKernels.Gammas ofAttention = gammas(condition, AdaLn.GAMMA_ATTENTION, tokens);
        apply(weights.at(block.projection()), wide, rows, LinearKernels.Kind.RESIDUAL, ofAttention, x);
        normalize(condition, AdaLn.SCALE_FEED_FORWARD, AdaLn.SHIFT_FEED_FORWARD, vectors, running, tokens);
        apply(weights.at(block.up()), narrow, rows, LinearKernels.Kind.GELU, null, wide);
        LinearKernels.Gammas ofFeedForward = gammas(condition, AdaLn.GAMMA_FEED_FORWARD, tokens);
        apply(weights.at(block.down()), wide, rows, LinearKernels.Kind.RESIDUAL, ofFeedForward, x);
    }

    /** From the residual stream to where layers start from. */
    private void normalize(DeviceBuffer condition, int scale, int shift, int vectors, int running, int tokens) {
        DeviceBuffer scales = vector(condition, scale);
        DeviceBuffer shifts = vector(condition, shift);
        int stride = vectors * spec.width();
        kernels().norm(workspace.stream(), scales, shifts, running, tokens, stride, workspace.narrow(), stream);
    }

    private LinearKernels.Gammas gammas(DeviceBuffer condition, int vector, int tokens) {
        return new LinearKernels.Gammas(vector(condition, vector), tokens, AdaLn.BLOCK_VECTORS * spec.width());
    }

    /** The first sequence's. */
    private DeviceBuffer vector(DeviceBuffer condition, int index) {
        long bytes = (long) spec.width() * Float.BYTES;
        return condition.slice(index * bytes, bytes);
    }

    private void apply(
            Linear layer,
            DeviceBuffer in,
            int rows,
            LinearKernels.Kind kind,
            LinearKernels.Gammas gammas,
            DeviceBuffer out) {
        transformer.linears().apply(layer, in, rows, kind, gammas, out, workspace.partial(), stream);
    }

    private TransformerKernels kernels() {
        return transformer.kernels();
    }

    @Override
    public DeviceBuffer input(int scale) {
        long elements = (long) images * spec.pyramid().tokens(scale) * spec.latentChannels();
        return workspace.input().slice(0, elements * Float.BYTES);
    }

    @Override
    public DeviceBuffer conditional(int scale) {
        return half(scale, 0);
    }

    @Override
    public DeviceBuffer unconditional(int scale) {
        return guided ? half(scale, 1) : null;
    }

    private DeviceBuffer half(int scale, int index) {
        long bytes = (long) images * spec.pyramid().tokens(scale) * spec.vocabularySize() * Float.BYTES;
        return workspace.logits().slice(index * bytes, bytes);
    }

    @Override
    public void close() {
        resources.close();
    }
}
