package org.nextscale.cli.internal.fake;

import org.nextscale.api.plugin.Parameter;

/** See {@link FakeTrainer}. */
public final class FakeTokenizerTrainer extends FakeTrainer {
    public FakeTokenizerTrainer() {
        super("tokenizer", "images to tokens and back", Parameter.text("channels", "1,2", "of the levels"));
    }
}
