package org.nextscale.sampler.internal;

import java.util.List;
import org.nextscale.api.model.Scale;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.ExactAlgorithm;

/**
 * Narrows the scores of one token down to the codes that may be drawn: temperature, then top-k, top-p and min-p, in this
 * order. Thresholds are found by selection, not by sorting. Immutable.
 *
 * @param temperature scores are divided by it
 * @param topK keeps every code that scores at least as high as the k-th; 0 keeps all
 * @param topP keeps the likeliest codes that hold this share of the probability; 0 or 1 keeps all. As in the reference a
 *     code goes when the probability of itself and everything less likely is at most 1 − p, and the likeliest stays
 * @param minP keeps codes at least this fraction as likely as the likeliest; 0 keeps all (Nguyen et al., 2024)
 */
record LogitFilter(double temperature, int topK, double topP, double minP) {
    /** What samplers that filter declare. */
    static final List<Parameter> PARAMETERS = List.of(
            Parameter.integer("top-k", 900, 0, 1_000_000, "keep the k codes that score highest; 0 keeps all")
                    .perScale(),
            Parameter.number("top-p", 0.95, 0, 1, "keep the likeliest codes that hold this share; 0 or 1 keeps all")
                    .perScale(),
            Parameter.number("min-p", 0, 0, 1, "keep codes at least this fraction as likely as the likeliest")
                    .perScale(),
            Parameter.number("temperature", 1, 0.01, 100, "divides the scores; above 1 more varied, below 1 safer")
                    .perScale());

    /** What it is at a scale. */
    static LogitFilter of(ParameterValues values, Scale scale) {
        return new LogitFilter(
                values.number("temperature", scale),
                (int) values.integer("top-k", scale),
                values.number("top-p", scale),
                values.number("min-p", scale));
    }

    /** Version 1 has one value for all scales. */
    static ExactAlgorithm algorithm(String name, ParameterValues values) {
        return ExactAlgorithm.of(name + (values.differByScale() ? "/2" : "/1"), values);
    }

    /**
     * Reads which codes of one row may be drawn, and how likely they are.
     *
     * @param logits scores of many tokens, of which the row is at {@code row.offset()}; divided by the temperature there
     */
    void apply(float[] logits, Row row) {
        int from = row.offset();
        if (temperature != 1) {
            for (int i = from; i < from + row.length(); i++) {
                logits[i] /= (float) temperature;
            }
        }
        row.readMaximum(logits);
        row.readCandidates(logits, topK > 0 ? topK : row.length());
        if (topP > 0 && topP < 1) {
            row.keepLast(Selection.dropUnlikely(row.probabilities(), row.candidates(), row.count(), 1 - topP));
        }
        if (minP > 0) {
            row.dropBelow((float) minP);
        }
    }
}
