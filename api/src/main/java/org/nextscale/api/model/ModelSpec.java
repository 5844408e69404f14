package org.nextscale.api.model;

import java.util.Objects;
import org.nextscale.api.InvalidInputException;

/** A whole model: a tokenizer and the transformer that speaks its tokens. Immutable. */
public final class ModelSpec {
    private final TokenizerSpec tokenizer;
    private final TransformerSpec transformer;

    private ModelSpec(TokenizerSpec tokenizer, TransformerSpec transformer) {
        this.tokenizer = tokenizer;
        this.transformer = transformer;
        requireSame("vocabulary", tokenizer.vocabularySize(), transformer.vocabularySize());
        requireSame("latent channels", tokenizer.latentChannels(), transformer.latentChannels());
    }

    /** @throws InvalidInputException if the two do not belong together */
    public static ModelSpec of(TokenizerSpec tokenizer, TransformerSpec transformer) {
        return new ModelSpec(tokenizer, transformer);
    }

    private static void requireSame(String what, int ofTokenizer, int ofTransformer) {
        if (ofTokenizer != ofTransformer) {
            throw new InvalidInputException("tokenizer and transformer do not belong together: " + what + " "
                    + ofTokenizer + " and " + ofTransformer);
        }
    }

    public TokenizerSpec tokenizer() {
        return tokenizer;
    }

    public TransformerSpec transformer() {
        return transformer;
    }

    public ScalePyramid pyramid() {
        return transformer.pyramid();
    }

    /** Pixels along an edge of the images the model makes. */
    public int imageSize() {
        return pyramid().finestSide() * tokenizer.downsampling();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ModelSpec spec
                && tokenizer.equals(spec.tokenizer)
                && transformer.equals(spec.transformer);
    }

    @Override
    public int hashCode() {
        return Objects.hash(tokenizer, transformer);
    }

    @Override
    public String toString() {
        return "ModelSpec[tokenizer=" + tokenizer + ", transformer=" + transformer + "]";
    }
}
