package org.nextscale.evaluation;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nextscale.evaluation.images.SkippedImages;

/**
 * What an evaluation found.
 *
 * @param network what the features are called; empty if none was needed
 * @param images how many were measured
 * @param skipped images that could not be used
 * @param references how many real images there were; 0 where only statistics were known that do not say it, or none were needed
 * @param skippedReferences real images that could not be used
 * @param measurements the numbers
 * @param notes what one should know about them, a line each
 */
public record EvaluationReport(
        Optional<String> network,
        long images,
        SkippedImages skipped,
        long references,
        SkippedImages skippedReferences,
        List<Measurement> measurements,
        List<String> notes) {

    public EvaluationReport {
        measurements = List.copyOf(measurements);
        notes = List.copyOf(notes);
    }

    /** How many of how many images, and real images, were left out, and why: a line each, to be said beside the numbers. */
    public List<String> leftOut() {
        return Stream.of(skipped.inWords(images, "images"), skippedReferences.inWords(references, "real images"))
                .flatMap(Optional::stream)
                .toList();
    }
}
