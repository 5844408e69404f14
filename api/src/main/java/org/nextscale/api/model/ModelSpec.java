package org.nextscale.api.model;

import org.nextscale.api.InvalidInputException;

/**
 * A whole VAR model: a tokenizer and the transformer that speaks its tokens. Immutable.
 */
public record ModelSpec(TokenizerSpec tokenizer, TransformerSpec transformer) {

    public ModelSpec {
        if (tokenizer.vocabularySize() != transformer.vocabularySize()) {
            throw new InvalidInputException("tokenizer and transformer do not belong together: vocabulary "
                    + tokenizer.vocabularySize() + " and " + transformer.vocabularySize());
        }
        if (tokenizer.latentChannels() != transformer.latentChannels()) {
            throw new InvalidInputException("tokenizer and transformer do not belong together: latent channels "
                    + tokenizer.latentChannels() + " and " + transformer.latentChannels());
        }
    }

    public ScalePyramid pyramid() {
        return transformer.pyramid();
    }

    /** Pixels along an edge of the images the model makes. */
    public int imageSize() {
        return pyramid().finestSide() * tokenizer.downsampling();
    }
}
