package org.nextscale.cli.internal.fake;

import org.nextscale.api.plugin.Parameter;

/** See {@link FakeTrainer}. */
public final class FakeTransformerTrainer extends FakeTrainer {
    public FakeTransformerTrainer() {
        super("transformer", "tokens to tokens", Parameter.text("from", "", "a model to begin with"));
    }
}
