package org.nextscale.examples.featurenetwork;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.nextscale.api.evaluation.FeatureInput;
import org.nextscale.api.evaluation.FeatureNetwork;
import org.nextscale.api.image.Pixels;

/**
 * The mean colours of {@code cells × cells} areas of an image, of any size. A Fréchet distance between such features sees
 * whether colours and layout of two sets of images are alike, and nothing finer. Immutable and thread-safe.
 *
 * @param cells along an edge
 */
record GridNetwork(int cells) implements FeatureNetwork {
    /** The output that evaluation measures distances in. */
    private static final String FEATURES = "features";

    @Override
    public FeatureInput input() {
        return FeatureInput.of(OptionalInt.empty(), OptionalInt.empty());
    }

    @Override
    public Map<String, List<OptionalLong>> outputs() {
        return Map.of(FEATURES, List.of(OptionalLong.of(length())));
    }

    private int length() {
        return Pixels.CHANNELS * cells * cells;
    }

    /** What the features are called in reports, and what black and white are to become before they are handed over. */
    @Override
    public Map<String, String> properties() {
        return Map.of("nextscale.features", "grid-" + cells, "nextscale.range", "0,1");
    }

    @Override
    public Map<String, float[]> run(float[] images, int batch, int height, int width, Set<String> wanted) {
        if (!wanted.contains(FEATURES)) {
            return Map.of();
        }
        float[] features = new float[batch * length()];
        for (int i = 0; i < features.length; i++) {
            int x = i % cells;
            int y = i / cells % cells;
            int plane = i / cells / cells;
            features[i] = mean(
                    images,
                    plane * height * width,
                    width,
                    y * height / cells,
                    end(y, height),
                    x * width / cells,
                    end(x, width));
        }
        return Map.of(FEATURES, features);
    }

    /** Cells overlap where they do not divide the image evenly, so that none is empty. */
    private int end(int cell, int pixels) {
        return ((cell + 1) * pixels + cells - 1) / cells;
    }

    private static float mean(float[] images, int plane, int width, int top, int bottom, int left, int right) {
        double sum = 0;
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                sum += images[plane + y * width + x];
            }
        }
        return (float) (sum / ((bottom - top) * (right - left)));
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
