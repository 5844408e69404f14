package org.nextscale.backend.cuda.internal;

import org.nextscale.api.model.ModelSize;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.TransformerSpec;

/** What a model with one guided image takes on a GPU, from its shape. */
final class Memory {
    /** Feature maps that the decoder has at a time: a block's input, what is between its convolutions, and its output. */
    private static final int MAPS = 3;

    private Memory() {}

    /** Weights, and whichever needs more: the transformer's intermediate results or the decoder's. */
    static long bytes(ModelSpec model, Precision precision) {
        ModelSize size = ModelSize.of(model);
        long exact = size.embeddings() + size.quantiser();
        long weights = (size.weights() - exact) * precision.bytes() + exact * Float.BYTES;
        long maps = MAPS * size.largestMap() * precision.bytes();
        return weights + Math.max(maps, transformer(model, size, precision));
    }

    /** The key/value cache of all scales, and the largest scale's residual stream, hidden layer and logits. */
    private static long transformer(ModelSpec model, ModelSize size, Precision precision) {
        TransformerSpec spec = model.transformer();
        long sequences = 2;
        long tokens = model.pyramid().totalTokens();
        long largest = model.pyramid().tokens(model.pyramid().scales() - 1);
        long cache = size.cacheOfToken() * tokens * precision.bytes();
        long exact = (long) spec.width() + spec.vocabularySize();
        long activations = 3L * spec.width() + spec.feedForward();
        return sequences * (cache + largest * (exact * Float.BYTES + activations * precision.bytes()));
    }
}
