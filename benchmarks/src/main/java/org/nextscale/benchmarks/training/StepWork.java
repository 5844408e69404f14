package org.nextscale.benchmarks.training;

import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;

/** Useful work of a training step: what a multiplication and an addition of the mathematics cost, two, and no more. */
final class StepWork {
    /** In words, for reports. */
    static final String COUNTED =
            "6 x weights x tokens, AdaLN's weights once an image, and 3.5 x attention's two products"
                    + " over the pairs that the mask lets see";

    /** There once; on the way back once for the weights and once for what came in. */
    private static final long LINEAR = 2 * 3;

    /** Two products there; on the way back the scores again and four gradients: five. */
    private static final double ATTENTION = 3.5;

    private StepWork() {}

    /** Floating-point operations of a step. */
    static double of(TransformerSpec spec, int batch) {
        ScalePyramid pyramid = spec.pyramid();
        double width = spec.width();
        double length = pyramid.totalTokens();
        double block = width * (4 * width + 2.0 * spec.feedForward());
        double tokens = length * (spec.depth() * block + width * spec.vocabularySize())
                + (length - pyramid.tokens(0)) * width * spec.latentChannels();
        double adaLn = width * width * (6.0 * (spec.sharedAdaLn() ? 1 : spec.depth()) + 2);
        double pairs = 0;
        for (int k = 0; k < pyramid.scales(); k++) {
            pairs += (double) pyramid.tokens(k) * (pyramid.begin(k) + pyramid.tokens(k));
        }
        double attention = 2 * 2 * pairs * width * spec.depth();
        return batch * (LINEAR * (tokens + adaLn) + ATTENTION * attention);
    }
}
