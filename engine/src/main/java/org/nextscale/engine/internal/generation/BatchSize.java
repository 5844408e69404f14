package org.nextscale.engine.internal.generation;

import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.TransformerSpec;

/** How many images to compute together when nobody says. */
final class BatchSize {
    /** Working memory that a batch may take. */
    private static final long BUDGET = 1L << 30;

    private static final int LARGEST = 16;

    private BatchSize() {}

    /** As many as fit the budget with their key/value caches and the decoder's widest maps, 1 to 16. */
    static int suggest(ModelSpec spec) {
        TransformerSpec transformer = spec.transformer();
        long tokens = transformer.pyramid().totalTokens();
        long cache = 2L * 2 * transformer.depth() * tokens * transformer.width() * Float.BYTES;
        long pixels = (long) spec.imageSize() * spec.imageSize();
        long decoder = 4 * pixels * spec.tokenizer().channels() * Float.BYTES;
        return (int) Math.max(1, Math.min(LARGEST, BUDGET / (cache + decoder)));
    }
}
