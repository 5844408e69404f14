package org.nextscale.engine.internal.generation;

import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.generation.Edit;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.tokenizer.MultiScaleTokens;
import org.nextscale.api.tokenizer.VisualTokenizer;

/**
 * What an edit keeps of its source: at every scale the embeddings of the source's own tokens, put back where the mask keeps
 * (VAR, section 4.4 and the reference's editing notebook). Nothing at all for a plain request.
 *
 * @param embeddings for every scale {@code [tokens, z]} of the source; empty for a plain request
 * @param masks for every scale whether a token is kept, {@code [tokens]}
 */
public record KeptTokens(List<float[]> embeddings, List<boolean[]> masks) {
    /** A plain request keeps nothing. */
    public static final KeptTokens NONE = new KeptTokens(List.of(), List.of());

    /** Coarse scales of so few tokens are kept whole. */
    private static final int KEPT_WHOLE = 3;

    /** Encodes the source of an edit. */
    public static KeptTokens of(Edit edit, VisualTokenizer tokenizer, ScalePyramid pyramid) {
        Pixels image = edit.image();
        int size = pyramid.finestSide() * tokenizer.spec().downsampling();
        if (image.height() != size || image.width() != size) {
            throw new InvalidInputException("the image to edit has " + image.width() + "x" + image.height()
                    + " pixels, this model needs " + size + "x" + size);
        }
        MultiScaleTokens tokens = tokenizer.quantize(tokenizer.encode(image), pyramid);
        float[] finest = Masks.toGrid(edit.mask(), pyramid.finestSide());
        List<float[]> embeddings = new ArrayList<>();
        List<boolean[]> masks = new ArrayList<>();
        for (int k = 0; k < pyramid.scales(); k++) {
            embeddings.add(tokenizer.embed(tokens.scales().get(k)));
            masks.add(keptAt(pyramid.scale(k), finest, pyramid.finestSide()));
        }
        return new KeptTokens(embeddings, masks);
    }

    /** The mask at a scale: resized bilinearly, kept above one half; whole where there are at most three tokens. */
    private static boolean[] keptAt(Scale scale, float[] finest, int finestSide) {
        float[] resized = Masks.bilinear(finest, finestSide, finestSide, scale.side(), scale.side());
        boolean[] kept = new boolean[scale.tokens()];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = scale.tokens() <= KEPT_WHOLE || resized[i] > 0.5f;
        }
        return kept;
    }

    /** Overwrites what is kept in the embeddings of a batch, {@code [batch, tokens, z]}. */
    void restore(Scale scale, float[] batch) {
        if (embeddings.isEmpty()) {
            return;
        }
        float[] source = embeddings.get(scale.index());
        boolean[] kept = masks.get(scale.index());
        int z = source.length / kept.length;
        for (int image = 0; image < batch.length; image += source.length) {
            for (int token = 0; token < kept.length; token++) {
                if (kept[token]) {
                    System.arraycopy(source, token * z, batch, image + token * z, z);
                }
            }
        }
    }
}
