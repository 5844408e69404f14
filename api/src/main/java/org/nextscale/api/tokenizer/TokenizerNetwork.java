package org.nextscale.api.tokenizer;

import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.TokenizerSpec;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The tokenizer's two convolutional networks with their weights loaded; what quantizes between them is arithmetic on the
 * host. Made by a backend; immutable and shared by threads (an engine may let them take turns). The engine hands over nothing
 * of a wrong shape and calls nothing after closing, which it does once.
 */
@ConsumerType
public interface TokenizerNetwork extends AutoCloseable {

    TokenizerSpec spec();

    /**
     * Encoder and {@code quant_conv}.
     *
     * @param images {@code [batch, 3, height, width]} in [-1, 1]; both sides multiples of
     *     {@link TokenizerSpec#downsampling()}
     * @return {@code [batch, z, height / downsampling, width / downsampling]}
     */
    FeatureMap encode(Pixels images);

    /**
     * {@code post_quant_conv}, decoder, and clamping to [-1, 1].
     *
     * @param features {@code [batch, z, height, width]}, the accumulated f̂
     */
    Pixels decode(FeatureMap features);

    @Override
    void close();
}
