package org.nextscale.backend.cuda.internal;

import org.nextscale.api.model.ModelSpec;
import org.nextscale.backend.cuda.internal.gpu.Precision;
import org.nextscale.backend.cuda.internal.transformer.CudaScaleTransformer;
import org.nextscale.backend.support.ModelSize;

/** What a model with one guided image takes on a GPU, from its shape. */
final class MemoryEstimate {
    /** Feature maps that the decoder has at a time: a block's input, what is between its convolutions, and its output. */
    private static final int MAPS = 3;

    private MemoryEstimate() {}

    /**
     * The transformer's weights and workspace as they are planned, the tokenizer's weights, and the decoder's feature maps: a
     * loop on the device keeps the workspace while images are decoded.
     *
     * @throws org.nextscale.api.InvalidInputException if the kernels do not take such a model
     */
    static long bytes(ModelSpec model, Precision precision, int multiprocessors) {
        ModelSize size = ModelSize.of(model);
        long tokenizer = (size.encoder() + size.decoder()) * precision.bytes() + size.quantizer() * Float.BYTES;
        return CudaScaleTransformer.bytes(model.transformer(), precision, multiprocessors)
                + tokenizer
                + MAPS * size.largestMap() * precision.bytes();
    }
}
