package org.nextscale.evaluation.images;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nextscale.api.InvalidInputException;

/** Images that were left out since they could not be used: how many, and the first ones by name. Not thread-safe. */
public final class SkippedImages {
    private static final int NAMED = 100;

    private final List<String> lines = new ArrayList<>();
    private long count;

    public SkippedImages() {}

    /** Images of which no more is known than how many they were. */
    public SkippedImages(long count) {
        this.count = count;
    }

    /** @param line that names the image and says why */
    public void add(String line) {
        if (count++ < NAMED) {
            lines.add(line);
        }
    }

    public long count() {
        return count;
    }

    /** A line for each of the first, which names it and says why. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    /**
     * How many of how many were left out, and why the first was; empty if none were.
     *
     * @param used how many images could be used
     * @param what they are called: {@code "real images"}
     */
    public Optional<String> inWords(long used, String what) {
        return count == 0
                ? Optional.empty()
                : Optional.of(count + " of " + (used + count) + " " + what + (count == 1 ? " was" : " were")
                        + " left out" + reason());
    }

    /**
     * Refuses too few images.
     *
     * @param used how many images could be used
     * @param least how many it takes: one, or two for a covariance
     * @param source where all are from
     * @throws InvalidInputException if there are fewer, with what was left out
     */
    public void requireEnough(long used, int least, ImageSource source) {
        if (used < least) {
            throw new InvalidInputException(source.description() + " has " + (used == 0 ? "no image" : "one image")
                    + " that can be measured" + (used == 0 ? "" : ", a distance needs at least " + least)
                    + inWords(used, "images").map(words -> "; " + words).orElse(""));
        }
    }

    /**
     * What is said where a file would be written without them.
     *
     * @param used how many images could be used
     * @param source where all are from
     */
    public InvalidInputException missing(long used, ImageSource source) {
        return new InvalidInputException(count + " of the " + (used + count) + " images in " + source.description()
                + " cannot be used" + reason() + "; mend or remove them, or leave them out (--leave-out)");
    }

    /** To be put behind a sentence: why the first was left out, where that is known. */
    String reason() {
        return lines.isEmpty() ? "" : (count == 1 ? ": " : ", the first: ") + lines.get(0);
    }
}
