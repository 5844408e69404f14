package org.nextscale.engine.internal.guard;

import java.util.List;
import java.util.Optional;
import org.nextscale.api.BackendException;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.backend.TransformerSession;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.TransformerSpec;

/** A session that is run scale after scale, and whose logits have the right shape. For one thread. */
final class GuardedSession implements TransformerSession {
    private final BackendCalls calls;
    private final TransformerSpec spec;
    private final int batch;
    private final TransformerSession session;
    private boolean unconditional;
    private int next;

    GuardedSession(
            BackendCalls calls, TransformerSpec spec, int batch, boolean unconditional, TransformerSession session) {
        this.calls = calls;
        this.spec = spec;
        this.batch = batch;
        this.unconditional = unconditional;
        this.session = session;
    }

    @Override
    public ScaleLogits next(float[] input, boolean wanted) {
        Scale scale = begin(input, wanted);
        ScaleLogits logits = calls.call("logits", () -> session.next(input, wanted));
        Logits conditional = GuardedTransformer.shaped(calls.who(), spec, batch, scale.tokens(), logits.conditional());
        if (!wanted) {
            return ScaleLogits.of(conditional);
        }
        Optional<Logits> other = logits.unconditional();
        return ScaleLogits.of(
                conditional,
                GuardedTransformer.shaped(
                        calls.who(),
                        spec,
                        batch,
                        scale.tokens(),
                        other.orElseThrow(() -> new BackendException(
                                calls.who() + " did not compute the unconditional half of scale " + scale.index()))));
    }

    @Override
    public void prefill(List<float[]> inputs, boolean wanted) {
        inputs.forEach(input -> begin(input, wanted));
        calls.call("prefill", () -> {
            session.prefill(inputs, wanted);
            return true;
        });
    }

    /** Checks what the next scale is asked for, and counts it. */
    private Scale begin(float[] input, boolean wanted) {
        if (next == spec.pyramid().scales()) {
            throw new IllegalStateException("all " + next + " scales have been run");
        }
        if (wanted && !unconditional) {
            throw new IllegalStateException("the unconditional half was not begun, or has been given up");
        }
        Scale scale = spec.pyramid().scale(next);
        long values = next == 0 ? 0 : (long) batch * scale.tokens() * spec.latentChannels();
        if (input.length != values) {
            throw new IllegalArgumentException(
                    input.length + " values as input of scale " + next + " instead of " + values);
        }
        unconditional = wanted;
        next++;
        return scale;
    }

    @Override
    public void close() {
        calls.close();
    }
}
