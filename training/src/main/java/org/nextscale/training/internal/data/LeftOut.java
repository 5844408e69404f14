package org.nextscale.training.internal.data;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Pictures that could not be read: named, the first of them, and counted. Thread-safe. */
final class LeftOut {
    private static final int MOST_NAMED = 20;

    private final Consumer<String> note;
    private final Set<Integer> images = new TreeSet<>();

    LeftOut(Consumer<String> note) {
        this.note = note;
    }

    /** Remembers one, and says so the first time. */
    synchronized void add(int image, String problem) {
        if (images.add(image)) {
            if (images.size() <= MOST_NAMED) {
                note.accept("left out: " + problem);
            } else if (images.size() == MOST_NAMED + 1) {
                note.accept("more pictures are left out, and no longer named");
            }
        }
    }

    synchronized boolean contains(int image) {
        return images.contains(image);
    }

    synchronized int size() {
        return images.size();
    }
}
