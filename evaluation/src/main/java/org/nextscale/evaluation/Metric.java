package org.nextscale.evaluation;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.nextscale.api.InvalidInputException;

/** What can be measured of generated images. */
public enum Metric {
    /** The Fréchet distance to real images; in Inception's features the FID. */
    FRECHET_DISTANCE("fid"),
    /** The same in spatial features: Inception's give the sFID. */
    SPATIAL_DISTANCE("sfid"),
    /** How sure a classifier is of each image, and how different the images are; Inception gives the Inception Score. */
    SCORE("is"),
    /** Share of generated images that could be real. */
    PRECISION("precision"),
    /** Share of real images that could have been generated. */
    RECALL("recall"),
    /** Share of images that the network takes for the class they were made for. */
    ACCURACY("accuracy");

    private final String word;

    Metric(String word) {
        this.word = word;
    }

    /** The word it is called by on the command line. */
    public String word() {
        return word;
    }

    /** From that word; {@link InvalidInputException} lists them. */
    public static Metric of(String word) {
        return Arrays.stream(values())
                .filter(each -> each.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException("there is no metric '" + word + "', there is "
                        + Arrays.stream(values()).map(Metric::word).collect(Collectors.joining(", "))));
    }
}
