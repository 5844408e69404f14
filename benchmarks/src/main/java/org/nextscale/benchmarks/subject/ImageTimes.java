package org.nextscale.benchmarks.subject;

import java.util.Arrays;

/**
 * Where the time of a batch of images went, in nanoseconds.
 *
 * @param scales for every scale everything from its input to the feature map with it
 * @param transformer for every scale the transformer's share of that
 * @param decoder the tokenizer's decoder
 * @param total from the labels to encoded PNG files in memory
 */
public record ImageTimes(long[] scales, long[] transformer, long decoder, long total) {

    /** All scales' time in the transformer. */
    public long inTransformer() {
        return Arrays.stream(transformer).sum();
    }

    /** The share of all that is neither transformer nor decoder: guidance, sampling, quantizer, interpolation, PNG. */
    public double outside() {
        return 1 - (double) (inTransformer() + decoder) / total;
    }
}
