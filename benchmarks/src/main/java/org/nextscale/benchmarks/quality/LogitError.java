package org.nextscale.benchmarks.quality;

/** How far a candidate's logits are from the reference's, over any number of tokens. For one thread. */
final class LogitError {
    private long tokens;
    private long sameFirstChoice;
    private double squaredError;
    private double squaredNorm;
    private double divergence;

    /**
     * Adds one token.
     *
     * @param reference one logit a code
     * @param candidate the same
     */
    void add(float[] reference, float[] candidate) {
        tokens++;
        int best = best(reference);
        int candidateBest = best(candidate);
        sameFirstChoice += best == candidateBest ? 1 : 0;
        double partition = 0;
        double candidatePartition = 0;
        for (int v = 0; v < reference.length; v++) {
            double error = (double) candidate[v] - reference[v];
            squaredError += error * error;
            squaredNorm += (double) reference[v] * reference[v];
            partition += Math.exp((double) reference[v] - reference[best]);
            candidatePartition += Math.exp((double) candidate[v] - candidate[candidateBest]);
        }
        double normalizer = reference[best] + Math.log(partition);
        double candidateNormalizer = candidate[candidateBest] + Math.log(candidatePartition);
        for (int v = 0; v < reference.length; v++) {
            double logProbability = reference[v] - normalizer;
            divergence += Math.exp(logProbability) * (logProbability - (candidate[v] - candidateNormalizer));
        }
    }

    private static int best(float[] logits) {
        int best = 0;
        for (int v = 1; v < logits.length; v++) {
            best = logits[v] > logits[best] ? v : best;
        }
        return best;
    }

    long tokens() {
        return tokens;
    }

    /** Euclidean norm of the difference by that of the reference. */
    double relative() {
        return Math.sqrt(squaredError / squaredNorm);
    }

    /** Share of tokens whose likeliest code is the same. */
    double sameFirstChoice() {
        return (double) sameFirstChoice / tokens;
    }

    /** Kullback-Leibler divergence of the candidate's distribution from the reference's, nats a token, on average. */
    double divergence() {
        return divergence / tokens;
    }
}
