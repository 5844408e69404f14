package org.nextscale.benchmarks.quality;

import java.util.ArrayList;
import java.util.List;
import org.nextscale.benchmarks.Spread;

/** Pairs of images, compared as files hold them. For one thread. */
final class ImagePairs {
    private static final double PEAK = 255;

    private final List<Double> psnrs = new ArrayList<>();
    private int sameDecisions;

    /**
     * Adds a pair.
     *
     * @param decision class that the classifier sees in the first
     * @param otherDecision class that it sees in the second
     */
    void add(byte[] image, byte[] other, int decision, int otherDecision) {
        psnrs.add(psnr(image, other));
        sameDecisions += decision == otherDecision ? 1 : 0;
    }

    /** Peak signal-to-noise ratio of two images of bytes in dB, infinite where they are the same. */
    static double psnr(byte[] image, byte[] other) {
        long squared = 0;
        for (int i = 0; i < image.length; i++) {
            long difference = (image[i] & 0xff) - (other[i] & 0xff);
            squared += difference * difference;
        }
        return squared == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(PEAK * PEAK * image.length / squared);
    }

    int count() {
        return psnrs.size();
    }

    /** Share of pairs whose images are the same to the last bit. */
    double identical() {
        return (double) psnrs.stream().filter(psnr -> psnr.isInfinite()).count() / count();
    }

    /** Median and extremes in dB, identical pairs being infinite. */
    Spread psnr() {
        return Spread.of(psnrs, Double::doubleValue);
    }

    /** Mean in dB over the pairs that are not identical; NaN if all are. */
    double meanPsnr() {
        return psnrs.stream()
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite)
                .average()
                .orElse(Double.NaN);
    }

    /** Share of pairs in which the classifier sees the same class. */
    double sameDecisions() {
        return (double) sameDecisions / count();
    }
}
