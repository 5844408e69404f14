package org.nextscale.model.description;

import java.util.List;
import java.util.OptionalLong;

/**
 * Where a model package comes from.
 *
 * @param operation {@code convert}, {@code synthesize} or {@code train}
 * @param tool the program that wrote it, with its version
 * @param sources the checkpoints it was converted from
 * @param seed of synthesized or trained weights
 */
public record ModelOrigin(String operation, String tool, List<FileDigest> sources, OptionalLong seed) {

    public ModelOrigin {
        sources = List.copyOf(sources);
    }
}
