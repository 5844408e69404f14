package org.nextscale.checkpoint.internal;

import java.nio.file.Path;
import java.util.List;

/** The project's {@code reference-vectors} folder. */
public final class ReferenceVectors {
    /** Its sets. */
    public static final List<String> SETS = List.of("base", "shared-aln", "plain-attn");

    private ReferenceVectors() {}

    /** The folder of a set. */
    public static Path set(String name) {
        return root().resolve("reference-vectors").resolve(name);
    }

    private static Path root() {
        String root = System.getProperty("nextscale.root");
        return root == null ? Path.of("..") : Path.of(root);
    }
}
