package org.nextscale.api.tokenizer;

import java.util.List;
import org.nextscale.api.model.ScalePyramid;

/**
 * The tokens of a batch at every scale of a pyramid. The arrays are shared, not copied.
 *
 * @param scales for every scale its code indices, {@code [batch, side²]} row-major
 */
public record MultiScaleTokens(ScalePyramid pyramid, int batch, List<int[]> scales) {

    public MultiScaleTokens {
        scales = List.copyOf(scales);
        if (scales.size() != pyramid.scales()) {
            throw new IllegalArgumentException(scales.size() + " token maps for " + pyramid.scales() + " scales");
        }
        for (int k = 0; k < scales.size(); k++) {
            if (scales.get(k).length != (long) batch * pyramid.tokens(k)) {
                throw new IllegalArgumentException("scale " + k + " has " + scales.get(k).length + " tokens, expected "
                        + batch + " x " + pyramid.tokens(k));
            }
        }
    }
}
