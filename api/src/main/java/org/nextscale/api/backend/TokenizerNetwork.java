package org.nextscale.api.backend;

import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.Pixels;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The tokenizer's two convolutional networks with their weights loaded; the quantiser between them is arithmetic on the
 * host. Immutable and shared by threads (an engine may let them take turns). Closing twice is harmless; anything else
 * afterwards throws {@link IllegalStateException}.
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
