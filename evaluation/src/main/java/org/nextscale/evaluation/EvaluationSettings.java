package org.nextscale.evaluation;

import java.util.OptionalLong;
import java.util.Set;
import org.nextscale.api.InvalidInputException;
import org.nextscale.evaluation.metric.InceptionScore;
import org.nextscale.evaluation.metric.PrecisionRecall;

/**
 * How to measure.
 *
 * @param metrics what to measure; empty for all that network and images allow
 * @param neighbours k of precision and recall
 * @param precisionReferences most real images that precision and recall look at, drawn evenly; the field takes 10,000
 * @param chunk images a chunk of the Inception Score
 * @param shuffle seed of the order in which images go into the chunks; empty for the order they come in
 */
public record EvaluationSettings(
        Set<Metric> metrics, int neighbours, int precisionReferences, int chunk, OptionalLong shuffle) {

    /** As the field has it. */
    public static final EvaluationSettings USUAL = new EvaluationSettings(
            Set.of(), PrecisionRecall.NEIGHBOURS, 10_000, InceptionScore.CHUNK, OptionalLong.of(0));

    public EvaluationSettings {
        metrics = Set.copyOf(metrics);
        if (neighbours < 1 || precisionReferences < 1 || chunk < 1) {
            throw new InvalidInputException(
                    "neighbours, images for precision and images a chunk must be at least 1, got " + neighbours + ", "
                            + precisionReferences + " and " + chunk);
        }
    }
}
