package org.nextscale.backend.nd4j.internal.transformer;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.backend.TransformerSession;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.nd4j.internal.compute.NativeMemory;
import org.nextscale.backend.nd4j.internal.compute.Workers;

/**
 * A batch on its way through the scales. The sequences are the images under their conditions and then, if wanted, the same
 * images under none; giving up that half later leaves the first sequences as they are.
 */
final class Nd4jSession implements TransformerSession, TransformerPass.LogitsTarget {
    private final TransformerSpec spec;
    private final Workers workers;
    private final NativeMemory memory = new NativeMemory();
    private final int images;
    private final AdaLnVectors conditions;
    private final KeyValueCache cache;
    private final TransformerPass pass;
    private final float[] conditionalLogits;
    private final float[] unconditionalLogits;
    private int scale;

    Nd4jSession(TransformerSpec spec, TransformerWeights weights, Workers workers, int[] rows, boolean unconditional) {
        this.spec = spec;
        this.workers = workers;
        images = rows.length;
        int sequences = unconditional ? 2 * images : images;
        int[] all = Arrays.copyOf(rows, sequences);
        Arrays.fill(all, images, sequences, spec.classes());
        int most = IntStream.range(0, spec.pyramid().scales())
                .map(spec.pyramid()::tokens)
                .max()
                .orElseThrow();
        requireRoom(sequences, most);
        int logits = images * most * spec.vocabularySize();
        try {
            conditions = new AdaLnVectors(spec, weights, workers, all);
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
            throw new InvalidInputException("a batch of " + images + " images is too large for one session");
        }
    }

    @Override
    public ScaleLogits next(float[] input, boolean unconditional) {
        return workers.exclusively(() -> {
            Scale current = spec.pyramid().scale(scale);
            pass.run(conditions, cache, unconditional ? 2 * images : images, scale, scale + 1, input, images, this);
            scale++;
            Logits conditional = logits(conditionalLogits, current);
            return unconditional
                    ? ScaleLogits.of(conditional, logits(unconditionalLogits, current))
                    : ScaleLogits.of(conditional);
        });
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
        workers.exclusively(memory::close);
    }
}
