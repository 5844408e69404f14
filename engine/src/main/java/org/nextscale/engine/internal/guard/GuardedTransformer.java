package org.nextscale.engine.internal.guard;

import org.nextscale.api.BackendException;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.backend.TransformerSession;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.TransformerSpec;

/** A transformer that is only asked for what it can do, and whose logits have the right shape. */
final class GuardedTransformer implements ScaleTransformer {
    private final BackendCalls calls;
    private final TransformerSpec spec;
    private final ScaleTransformer transformer;

    GuardedTransformer(BackendCalls calls, TransformerSpec spec, ScaleTransformer transformer) {
        this.calls = calls;
        this.spec = spec;
        this.transformer = transformer;
    }

    /** The transformer without its guard. */
    ScaleTransformer bare() {
        return transformer;
    }

    @Override
    public TransformerSpec spec() {
        return spec;
    }

    @Override
    public TransformerSession begin(Conditions conditions, boolean unconditional) {
        conditions.embeddingRows(spec);
        TransformerSession made = calls.call("session", () -> transformer.begin(conditions, unconditional));
        return new GuardedSession(calls.of(made::close), spec, conditions.size(), unconditional, made);
    }

    @Override
    public Logits teacherForcing(Conditions conditions, float[] inputs) {
        conditions.embeddingRows(spec);
        int tokens = spec.pyramid().totalTokens();
        long wanted = (long) conditions.size() * (tokens - spec.pyramid().tokens(0)) * spec.latentChannels();
        if (inputs.length != wanted) {
            throw new IllegalArgumentException(
                    inputs.length + " values as teacher-forcing inputs instead of " + wanted);
        }
        return shaped(
                calls.who(),
                spec,
                conditions.size(),
                tokens,
                calls.call("logits", () -> transformer.teacherForcing(conditions, inputs)));
    }

    /** Logits that must be {@code [batch, tokens, vocabulary]}. */
    static Logits shaped(String who, TransformerSpec spec, int batch, int tokens, Logits logits) {
        if (logits.batch() != batch || logits.tokens() != tokens || logits.vocabulary() != spec.vocabularySize()) {
            throw new BackendException(who + " returned logits [" + logits.batch() + ", " + logits.tokens() + ", "
                    + logits.vocabulary() + "] instead of [" + batch + ", " + tokens + ", " + spec.vocabularySize()
                    + "]");
        }
        return logits;
    }

    @Override
    public void close() {
        calls.close();
    }
}
