package org.nextscale.api.tokenizer;

import java.util.List;

/**
 * The tables of the residual quantizer's way back from tokens to f̂ (VAR, algorithm 2), for devices that go it themselves: a
 * scale's codes are looked up or mixed, enlarged bicubically to full size (a = −0.75, align_corners=False), mended by
 * {@code Phi(h) = 0.5·h + 0.5·conv3×3(h)} with zero padding, and added to f̂; the next scale starts from f̂, averaged over
 * areas. Arrays are shared, not copied.
 *
 * @param codes {@code [vocabulary, z]}
 * @param phi the convolutions; {@link org.nextscale.api.model.Scale#phi} says which of them serves a scale
 */
public record QuantizerTables(float[] codes, List<Convolution> phi) {
    /**
     * One 3×3 convolution.
     *
     * @param weights {@code [z out, z in, 3, 3]}
     * @param biases {@code [z out]}
     */
    public record Convolution(float[] weights, float[] biases) {}

    public QuantizerTables {
        phi = List.copyOf(phi);
    }
}
