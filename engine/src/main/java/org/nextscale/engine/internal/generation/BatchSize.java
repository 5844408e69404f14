package org.nextscale.engine.internal.generation;

import java.util.OptionalLong;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;

/** How many images to compute together when nobody says. */
final class BatchSize {
    /** Working memory that a batch may take, however much there is. */
    private static final long BUDGET = 1L << 30;

    /** Of what is free, since results, files and others need some too. */
    private static final int SHARE = 2;

    private static final int LARGEST = 16;

    private BatchSize() {}

    /**
     * As many as fit the memory, 1 to 16.
     *
     * @param free bytes that can be used without swapping, if that is known
     */
    static int suggest(ModelSpec spec, OptionalLong free) {
        long budget = Math.min(BUDGET, free.orElse(Long.MAX_VALUE) / SHARE);
        return (int) Math.max(1, Math.min(LARGEST, budget / bytesAnImage(spec)));
    }

    /**
     * Key/value caches of both halves; the widest activations of the finest scale, which are the feed-forward layer's with what goes in and
     * comes out of it, and the scores with their copies; the decoder's widest maps.
     */
    private static long bytesAnImage(ModelSpec spec) {
        TransformerSpec transformer = spec.transformer();
        ScalePyramid pyramid = transformer.pyramid();
        long cache = 2L * 2 * transformer.depth() * pyramid.totalTokens() * transformer.width();
        long finest = 2L * pyramid.finestSide() * pyramid.finestSide();
        long activations = finest * (2L * transformer.feedForward() + 4L * transformer.width());
        long scores = 2 * finest * spec.tokenizer().vocabularySize();
        long decoder =
                4L * spec.imageSize() * spec.imageSize() * spec.tokenizer().channels();
        return Float.BYTES * (cache + activations + scores + decoder);
    }
}
