package org.nextscale.api.backend;

import java.util.Objects;
import java.util.Optional;

/** What the transformer says at one scale, with and without the images' conditions. */
public final class ScaleLogits {
    private final Logits conditional;
    private final Optional<Logits> unconditional;

    private ScaleLogits(Logits conditional, Optional<Logits> unconditional) {
        this.conditional = Objects.requireNonNull(conditional);
        this.unconditional = unconditional;
    }

    /** Those of the conditional half alone. */
    public static ScaleLogits of(Logits conditional) {
        return new ScaleLogits(conditional, Optional.empty());
    }

    /** Those of both halves. */
    public static ScaleLogits of(Logits conditional, Logits unconditional) {
        return new ScaleLogits(conditional, Optional.of(unconditional));
    }

    /** {@code [batch, tokens, vocabulary]} under the images' own conditions. */
    public Logits conditional() {
        return conditional;
    }

    /** The same without any; empty where that half did not run. */
    public Optional<Logits> unconditional() {
        return unconditional;
    }
}
