package org.nextscale.benchmarks.quality;

/**
 * What a classifier sees in the images of two runs that were asked for the same classes with the same noise. For one thread.
 */
final class Decisions {
    private int images;
    private int right;
    private int candidateRight;
    private int rightInOneOnly;
    private int same;

    /**
     * Adds a pair.
     *
     * @param asked class of the request
     * @param reference class seen in the reference's image
     * @param candidate class seen in the candidate's
     */
    void add(int asked, int reference, int candidate) {
        images++;
        right += reference == asked ? 1 : 0;
        candidateRight += candidate == asked ? 1 : 0;
        rightInOneOnly += (reference == asked) != (candidate == asked) ? 1 : 0;
        same += reference == candidate ? 1 : 0;
    }

    int images() {
        return images;
    }

    /** Share of the reference's images in which the class asked for is seen. */
    Estimate reference() {
        return Estimate.share(right, images);
    }

    /** Share of the candidate's images in which the class asked for is seen. */
    Estimate candidate() {
        return Estimate.share(candidateRight, images);
    }

    /** Candidate's share less the reference's. Its error is that of pairs, which are far from independent. */
    Estimate difference() {
        double mean = (double) (candidateRight - right) / images;
        return new Estimate(mean, Math.sqrt(((double) rightInOneOnly / images - mean * mean) / images));
    }

    /** Share of pairs in which the same class is seen, right or wrong. */
    Estimate same() {
        return Estimate.share(same, images);
    }
}
