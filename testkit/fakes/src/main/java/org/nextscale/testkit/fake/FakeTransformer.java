package org.nextscale.testkit.fake;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.backend.TransformerSession;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.TransformerSpec;

/**
 * A transformer of no intelligence: logits are noise keyed by condition and the sum of the input, so that an image is the same in
 * every batch and depends on all that was drawn before. Thread-safe.
 */
public final class FakeTransformer implements ScaleTransformer {
    private final TransformerSpec spec;
    private final Hooks hooks;

    /** What a backend counts, and interferes with, over all of its transformers. */
    static final class Hooks {
        final AtomicInteger openSessions = new AtomicInteger();
        final AtomicInteger unconditionalScales = new AtomicInteger();
        volatile Runnable atEveryScale = () -> {};
        volatile UnaryOperator<Logits> logits = UnaryOperator.identity();
    }

    public FakeTransformer(TransformerSpec spec) {
        this(spec, new Hooks());
    }

    FakeTransformer(TransformerSpec spec, Hooks hooks) {
        this.spec = spec;
        this.hooks = hooks;
    }

    @Override
    public TransformerSpec spec() {
        return spec;
    }

    @Override
    public TransformerSession begin(Conditions conditions, boolean unconditional) {
        hooks.openSessions.incrementAndGet();
        return new Session(conditions.embeddingRows(spec));
    }

    @Override
    public Logits teacherForcing(Conditions conditions, float[] inputs) {
        return logits(conditions.embeddingRows(spec), inputs, spec.pyramid().totalTokens());
    }

    private Logits logits(int[] rows, float[] input, int tokens) {
        int length = input.length / rows.length;
        FloatBuffer values = FloatBuffer.allocate(rows.length * tokens * spec.vocabularySize());
        for (int image = 0; image < rows.length; image++) {
            float sum = 0;
            for (int i = 0; i < length; i++) {
                sum += input[image * length + i];
            }
            Random noise = new Random(rows[image] * 31L + Float.floatToIntBits(sum));
            for (int i = 0; i < tokens * spec.vocabularySize(); i++) {
                values.put((float) noise.nextGaussian());
            }
        }
        return hooks.logits.apply(new Logits(values.flip(), rows.length, tokens, spec.vocabularySize()));
    }

    @Override
    public void close() {}

    private final class Session implements TransformerSession {
        private final int[] rows;
        private int scale;
        private boolean closed;

        Session(int[] rows) {
            this.rows = rows;
        }

        @Override
        public ScaleLogits next(float[] input, boolean unconditional) {
            hooks.atEveryScale.run();
            int tokens = spec.pyramid().tokens(scale++);
            Logits conditional = logits(rows, input, tokens);
            if (!unconditional) {
                return ScaleLogits.of(conditional);
            }
            hooks.unconditionalScales.incrementAndGet();
            int[] none = new int[rows.length];
            Arrays.fill(none, spec.classes());
            return ScaleLogits.of(conditional, logits(none, input, tokens));
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                hooks.openSessions.decrementAndGet();
            }
        }
    }
}
