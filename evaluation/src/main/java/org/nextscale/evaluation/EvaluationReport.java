package org.nextscale.evaluation;

import java.util.List;
import java.util.Optional;
import org.nextscale.evaluation.images.SkippedImages;

/**
 * What an evaluation found.
 *
 * @param network what the features are called; empty if none was needed
 * @param images how many were measured
 * @param skipped images that could not be used
 * @param references how many real images there were; 0 where only their statistics were known, or none were needed
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
}
