package org.nextscale.evaluation.metric;

import org.nextscale.api.InvalidInputException;
import org.nextscale.evaluation.internal.Tiles;

/**
 * Collects mean and covariance of features image by image, in float64, without keeping the features. Values are taken
 * relative to the first image's, so that a large mean costs no digits. Not thread-safe; uses all processors.
 */
public final class MomentsCollector {
    private static final int BLOCK = 256;

    private final int features;
    private final double[] origin;
    private final double[] block;
    private final double[] sums;
    private final double[] products;
    private long images;
    private int pending;

    public MomentsCollector(int features) {
        this.features = features;
        origin = new double[features];
        block = new double[BLOCK * features];
        sums = new double[features];
        products = new double[Math.multiplyExact(features, features)];
    }

    /**
     * Adds one image.
     *
     * @param row of which {@code features} values are read from {@code from} on
     */
    public void add(float[] row, int from) {
        if (images == 0) {
            for (int i = 0; i < features; i++) {
                origin[i] = row[from + i];
            }
        }
        for (int i = 0; i < features; i++) {
            double value = row[from + i] - origin[i];
            block[pending * features + i] = value;
            sums[i] += value;
        }
        images++;
        if (++pending == BLOCK) {
            flush();
        }
    }

    private void flush() {
        Tiles.addGram(block, pending, features, products);
        pending = 0;
    }

    /** How many images were added. */
    public long images() {
        return images;
    }

    /** What was collected so far; {@link InvalidInputException} if that is fewer than two images, or not finite. */
    public FeatureMoments moments() {
        if (images < 2) {
            throw new InvalidInputException("a covariance needs at least 2 images, there are " + images);
        }
        flush();
        double[] mean = new double[features];
        for (int i = 0; i < features; i++) {
            mean[i] = origin[i] + sums[i] / images;
        }
        double[] covariance = new double[products.length];
        for (int i = 0; i < features; i++) {
            for (int j = i; j < features; j++) {
                double value = (products[i * features + j] - sums[i] * sums[j] / images) / (images - 1);
                covariance[i * features + j] = value;
                covariance[j * features + i] = value;
            }
        }
        return new FeatureMoments(mean, covariance);
    }
}
