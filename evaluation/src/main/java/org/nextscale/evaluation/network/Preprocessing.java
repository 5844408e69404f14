package org.nextscale.evaluation.network;

import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.RgbImage;

/**
 * How a network wants its images.
 *
 * @param low what black, 0, becomes
 * @param high what white, 255, becomes
 * @param resize how images are brought to the network's size
 */
public record Preprocessing(double low, double high, Resize resize) {

    /** How images are brought to a network's size. */
    public enum Resize {
        /** Not at all: images come in the network's size. */
        NONE("none"),
        /**
         * TensorFlow 1's {@code resize_bilinear} with {@code align_corners=False}, which the FID of the literature is
         * computed with: pixel i of the result is at i · scale, without the half pixel, and nothing is smoothed.
         */
        TF1_BILINEAR("tf1-bilinear");

        private final String word;

        Resize(String word) {
            this.word = word;
        }

        static Resize of(String word) {
            for (Resize each : values()) {
                if (each.word.equals(word)) {
                    return each;
                }
            }
            throw new InvalidInputException("resize is '" + word + "', must be none or tf1-bilinear");
        }

        /** The word it is called by in files and on the command line. */
        public String word() {
            return word;
        }
    }

    /**
     * From words.
     *
     * @param range {@code "LOW,HIGH"}, what black and white become: {@code "-1,1"}
     * @param resize {@code "none"} or {@code "tf1-bilinear"}
     * @throws InvalidInputException for other words
     */
    public static Preprocessing parse(String range, String resize) {
        String[] ends = range.split(",", -1);
        try {
            if (ends.length == 2) {
                double low = Double.parseDouble(ends[0].strip());
                double high = Double.parseDouble(ends[1].strip());
                if (Double.isFinite(low) && Double.isFinite(high) && low != high) {
                    return new Preprocessing(low, high, Resize.of(resize));
                }
            }
        } catch (NumberFormatException e) {
            throw badRange(range);
        }
        throw badRange(range);
    }

    private static InvalidInputException badRange(String range) {
        return new InvalidInputException(
                "range is '" + range + "', must be LOW,HIGH: what black and white become, such as -1,1");
    }

    /** {@code [3, height, width]} of the network's input, from {@code into} on. */
    public void write(RgbImage image, int height, int width, float[] target, int into) {
        float[] factors = new float[256];
        for (int level = 0; level < factors.length; level++) {
            factors[level] = (float) (low + level / 255.0 * (high - low));
        }
        boolean same = image.height() == height && image.width() == width;
        if (!same && resize == Resize.NONE) {
            throw new InvalidInputException("images are " + image.width() + " x " + image.height()
                    + " pixels, the network takes " + width + " x " + height
                    + "; it says no rule for resizing (nextscale.resize)");
        }
        if (same) {
            int plane = height * width;
            for (int i = 0; i < plane; i++) {
                for (int channel = 0; channel < 3; channel++) {
                    target[into + channel * plane + i] = factors[image.rgb()[3 * i + channel] & 0xff];
                }
            }
        } else {
            resized(image, height, width, target, into);
        }
    }

    private void resized(RgbImage image, int height, int width, float[] target, int into) {
        Taps down = new Taps(image.height(), height);
        Taps across = new Taps(image.width(), width);
        float slope = (float) ((high - low) / 255);
        byte[] rgb = image.rgb();
        for (int y = 0; y < height; y++) {
            int top = down.first[y] * image.width();
            int bottom = down.second[y] * image.width();
            for (int x = 0; x < width; x++) {
                int left = across.first[x];
                int right = across.second[x];
                for (int channel = 0; channel < 3; channel++) {
                    float above = between(
                            rgb[3 * (top + left) + channel], rgb[3 * (top + right) + channel], across.weight[x]);
                    float below = between(
                            rgb[3 * (bottom + left) + channel], rgb[3 * (bottom + right) + channel], across.weight[x]);
                    float level = above + (below - above) * down.weight[y];
                    target[into + (channel * height + y) * width + x] = (float) low + level * slope;
                }
            }
        }
    }

    private static float between(byte first, byte second, float weight) {
        float from = first & 0xff;
        return from + ((second & 0xff) - from) * weight;
    }

    /** The two samples that make a new one, and the second's weight; in float32, as the original has it. */
    private static final class Taps {
        private final int[] first;
        private final int[] second;
        private final float[] weight;

        Taps(int size, int wanted) {
            first = new int[wanted];
            second = new int[wanted];
            weight = new float[wanted];
            float scale = size / (float) wanted;
            for (int i = 0; i < wanted; i++) {
                float at = i * scale;
                first[i] = (int) at;
                second[i] = Math.min(first[i] + 1, size - 1);
                weight[i] = at - first[i];
            }
        }
    }
}
