package org.nextscale.benchmarks.quality;

/** How many tokens of two runs are the same. Thread-safe. */
final class TokenAgreement {
    private long same;
    private long all;

    /** Adds the tokens of an image, one by one in the same order. */
    synchronized void add(int[] reference, int[] candidate) {
        for (int i = 0; i < reference.length; i++) {
            same += reference[i] == candidate[i] ? 1 : 0;
        }
        all += reference.length;
    }

    long tokens() {
        return all;
    }

    long same() {
        return same;
    }

    double share() {
        return (double) same / all;
    }
}
