package org.nextscale.evaluation;

import org.nextscale.api.InvalidInputException;

/**
 * One number of a report.
 *
 * @param id for programs: {@code fid}, {@code frechet-distance}, {@code inception-score}, …
 * @param label for people: {@code FID}, {@code Fréchet distance (fashion-mnist classifier)}
 * @param value the number, finite
 */
public record Measurement(String id, String label, double value) {

    /** @throws InvalidInputException if the value is not finite, which is no number to report */
    public Measurement {
        if (!Double.isFinite(value)) {
            throw new InvalidInputException(
                    label + " comes out as " + value + ", which is no figure: features or statistics are too large");
        }
    }
}
