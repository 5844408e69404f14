package org.nextscale.evaluation.images;

import java.util.ArrayList;
import java.util.List;

/** Images that could not be used: how many, and the first ones by name. Not thread-safe. */
public final class SkippedImages {
    private static final int NAMED = 100;

    private final List<String> lines = new ArrayList<>();
    private int count;

    public void add(String line) {
        if (count++ < NAMED) {
            lines.add(line);
        }
    }

    public int count() {
        return count;
    }

    /** A line for each of the first, which names it and says why. */
    public List<String> lines() {
        return List.copyOf(lines);
    }
}
