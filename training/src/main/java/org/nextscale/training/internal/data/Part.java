package org.nextscale.training.internal.data;

import java.util.List;
import java.util.Locale;

/** The parts that a set of images is divided into. */
public enum Part {
    /** What is learned from. */
    TRAIN("train"),
    /** What is only measured. */
    TEST("test", "val", "validation");

    private final List<String> folders;

    Part(String... folders) {
        this.folders = List.of(folders);
    }

    /** Names of the sub-folder it may lie in, the preferred one first. */
    List<String> folders() {
        return folders;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
