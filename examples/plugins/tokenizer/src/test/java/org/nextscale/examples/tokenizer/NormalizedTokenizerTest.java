package org.nextscale.examples.tokenizer;

import org.nextscale.testkit.TokenizerSuite;

/** The same promises in a model that tells its tokenizer to normalize. */
class NormalizedTokenizerTest extends TokenizerSuite {
    @Override
    protected String plugin() {
        return "nearest-vq:normalize=true";
    }
}
