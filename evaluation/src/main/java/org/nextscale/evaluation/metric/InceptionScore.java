package org.nextscale.evaluation.metric;

import java.util.Arrays;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.nextscale.api.InvalidInputException;

/**
 * The Inception Score (Salimans et al. 2016, arXiv 1606.03498): {@code exp(E KL(p(y|x) ‖ p(y)))}, in chunks of images whose
 * scores are averaged; the last chunk may be smaller. Collects image by image, in float64, without keeping the
 * probabilities. Not thread-safe.
 */
public final class InceptionScore {
    /** Images a chunk, as the field has it. */
    public static final int CHUNK = 5000;

    private final int classes;
    private final int chunk;
    private final int[] places;
    /** For every chunk the sum of {@code p} by class. */
    private final double[][] sums;
    /** For every chunk the sum of {@code p · log p} over images and classes. */
    private final double[] negentropies;

    private final int[] counts;
    private int images;

    /**
     * @param most how many images there may be
     * @param chunk images a chunk
     * @param seed of the shuffling, for images that come class by class: whose chunks would each see a few classes only;
     *     empty to take them as they come
     */
    public InceptionScore(int classes, int most, int chunk, OptionalLong seed) {
        if (classes < 1 || most < 1 || chunk < 1) {
            throw new InvalidInputException("an Inception Score needs classes, images and a chunk of at least 1, got "
                    + classes + ", " + most + " and " + chunk);
        }
        this.classes = classes;
        this.chunk = chunk;
        places = places(most, seed);
        int chunks = (most + chunk - 1) / chunk;
        sums = new double[chunks][classes];
        negentropies = new double[chunks];
        counts = new int[chunks];
    }

    private static int[] places(int most, OptionalLong seed) {
        int[] places = new int[most];
        Arrays.setAll(places, i -> i);
        if (seed.isPresent()) {
            SplittableRandom random = new SplittableRandom(seed.getAsLong());
            for (int i = most - 1; i > 0; i--) {
                int other = random.nextInt(i + 1);
                int place = places[i];
                places[i] = places[other];
                places[other] = place;
            }
        }
        return places;
    }

    /**
     * Adds one image.
     *
     * @param probabilities of which as many values as there are classes are read from {@code from} on
     */
    public void add(float[] probabilities, int from) {
        int into = places[images++] / chunk;
        counts[into]++;
        for (int c = 0; c < classes; c++) {
            double p = probabilities[from + c];
            sums[into][c] += p;
            // The limit of p log p at 0 is 0.
            negentropies[into] += p > 0 ? p * Math.log(p) : 0;
        }
    }

    /** The score of what was added, at least 1 and at most the number of classes; not a number without images. */
    public double score() {
        double total = 0;
        int chunks = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                total += Math.exp(divergence(i));
                chunks++;
            }
        }
        return total / chunks;
    }

    /** Mean of KL(p ‖ q) with q the mean of all p: what is left of the images' sums when {@code log q} is taken out. */
    private double divergence(int index) {
        double divergence = negentropies[index] / counts[index];
        for (double sum : sums[index]) {
            double mean = sum / counts[index];
            divergence -= mean > 0 ? mean * Math.log(mean) : 0;
        }
        return divergence;
    }
}
