package org.nextscale.api.generation;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A finished image.
 *
 * @param number of the image under the request's seed
 * @param label its class, or {@link GenerationRequest#UNCONDITIONAL}
 * @param rgb {@code [height, width, 3]}, a byte a value, rounded to nearest; the array is shared, not copied
 * @param provenance all that is needed to make it again: model, seed, image number, backend, sampler, guidance and every
 *     parameter, in words
 */
public record GeneratedImage(
        long number, int label, int height, int width, byte[] rgb, Map<String, String> provenance) {

    public GeneratedImage {
        provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
        if (rgb.length != (long) height * width * 3) {
            throw new IllegalArgumentException(rgb.length + " bytes are not [" + height + ", " + width + ", 3]");
        }
    }
}
