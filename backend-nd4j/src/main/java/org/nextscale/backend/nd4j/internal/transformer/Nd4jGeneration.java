package org.nextscale.backend.nd4j.internal.transformer;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.Generation;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.nd4j.internal.compute.NativeMemory;
import org.nextscale.backend.nd4j.internal.compute.OpenResources;
import org.nextscale.backend.nd4j.internal.compute.Workers;

/**
 * A batch on its way through the scales. The sequences are the images under their labels and then, if wanted, the same
 * images under the unconditional label; giving up that half later leaves the first sequences as they are.
 */
final class Nd4jGeneration implements Generation, OpenResources.Resource, TransformerPass.LogitsTarget {
    private final TransformerSpec spec;
    private final Workers workers;
    private final OpenResources siblings;
    private final NativeMemory memory = new NativeMemory();
    private final int images;
    private final Conditions conditions;
    private final KeyValueCache cache;
    private final TransformerPass pass;
    private final float[] conditionalLogits;
    private final float[] unconditionalLogits;
    private int scale;
    private boolean guided;
    private boolean closed;

    Nd4jGeneration(
            TransformerSpec spec,
            TransformerWeights weights,
            Workers workers,
            OpenResources siblings,
            int[] labels,
            boolean unconditional) {
        this.spec = spec;
        this.workers = workers;
        this.siblings = siblings;
        images = labels.length;
        guided = unconditional;
        int sequences = unconditional ? 2 * images : images;
        int[] all = Arrays.copyOf(labels, sequences);
        Arrays.fill(all, images, sequences, spec.unconditionalLabel());
        int most = IntStream.range(0, spec.pyramid().scales())
                .map(spec.pyramid()::tokens)
                .max()
                .orElseThrow();
        requireRoom(sequences, most);
        int logits = images * most * spec.vocabularySize();
        try {
            conditions = new Conditions(spec, weights, workers, all);
            cache = new KeyValueCache(
                    memory,
                    spec.depth(),
                    sequences,
                    spec.heads(),
                    spec.pyramid().totalTokens(),
                    spec.headSize());
            pass = new TransformerPass(spec, weights, workers, memory, sequences, most);
            conditionalLogits = new float[logits];
            unconditionalLogits = new float[unconditional ? logits : 0];
        } catch (RuntimeException | Error e) {
            memory.close();
            throw e;
        }
    }

    /** One buffer holds 2³¹ − 1 bytes; d30 reaches that at some 130 images with guidance. */
    private void requireRoom(int sequences, int tokens) {
        long widest = Math.max(Math.max(3L * spec.width(), spec.feedForward()), spec.vocabularySize());
        long cached = (long) spec.pyramid().totalTokens() * spec.width();
        if (sequences * Math.max(tokens * widest, cached) > Integer.MAX_VALUE / Float.BYTES) {
            throw new InvalidInputException("a batch of " + images + " images is too large for one generation");
        }
    }

    @Override
    public ScaleLogits next(float[] input, boolean unconditional) {
        return workers.exclusively(() -> {
            if (closed) {
                throw new IllegalStateException("the generation is closed");
            }
            if (scale == spec.pyramid().scales()) {
                throw new IllegalStateException("the generation is at its end: all " + scale + " scales are done");
            }
            if (unconditional && !guided) {
                throw new IllegalStateException("the unconditional half was not begun or has been given up");
            }
            return run(input, unconditional);
        });
    }

    private ScaleLogits run(float[] input, boolean unconditional) {
        Scale current = spec.pyramid().scale(scale);
        long needed = (long) images * current.tokens() * spec.latentChannels();
        if (scale > 0 && input.length != needed) {
            throw new InvalidInputException("scale " + scale + ": " + input.length + " inputs are not [" + images + ", "
                    + current.tokens() + ", " + spec.latentChannels() + "]");
        }
        guided = unconditional;
        pass.run(conditions, cache, guided ? 2 * images : images, scale, scale + 1, input, images, this);
        scale++;
        return new ScaleLogits(
                logits(conditionalLogits, current), guided ? logits(unconditionalLogits, current) : null);
    }

    private Logits logits(float[] values, Scale current) {
        int size = images * current.tokens() * spec.vocabularySize();
        return new Logits(FloatBuffer.wrap(values, 0, size), images, current.tokens(), spec.vocabularySize());
    }

    @Override
    public float[] target(int sequence) {
        return sequence < images ? conditionalLogits : unconditionalLogits;
    }

    @Override
    public int offset(int sequence) {
        return sequence % images * spec.pyramid().tokens(scale) * spec.vocabularySize();
    }

    @Override
    public void close() {
        workers.exclusively(() -> {
            if (!closed) {
                closed = true;
                memory.close();
                siblings.remove(this);
            }
        });
    }
}
