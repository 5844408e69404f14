package org.nextscale.sampler.internal;

/** Order statistics in linear time: the k-th largest of many, and the part of a distribution's tail up to a share. */
final class Selection {
    private Selection() {}

    /** Values that are worth counting before selecting among them. */
    private static final int MANY = 256;

    private static final int BINS = 1024;

    /**
     * The k-th largest of the first {@code length} values, which are reordered. Many values are counted by how far they are
     * below the largest, in equal steps down to the least finite one; then only those of one step are left to select from.
     *
     * @param k 1 to length
     * @param largest of all of them, finite
     */
    static float largest(float[] values, int length, int k, float largest) {
        if (length < MANY) {
            return quickselect(values, length, k);
        }
        float least = largest;
        for (int i = 0; i < length; i++) {
            least = Math.min(least, values[i] == Float.NEGATIVE_INFINITY ? largest : values[i]);
        }
        float steps = (BINS - 1) / (largest - least);
        if (!Float.isFinite(steps)) {
            return quickselect(values, length, k);
        }
        int[] counts = new int[BINS];
        for (int i = 0; i < length; i++) {
            counts[bin(values[i], largest, steps)]++;
        }
        int above = 0;
        int wanted = 0;
        while (above + counts[wanted] < k) {
            above += counts[wanted++];
        }
        int found = 0;
        for (int i = 0; i < length; i++) {
            float value = values[i];
            values[found] = value;
            found += bin(value, largest, steps) == wanted ? 1 : 0;
        }
        return quickselect(values, found, k - above);
    }

    /** Steps below the largest; rounding keeps the order, and −∞ is with the least. */
    private static int bin(float value, float largest, float steps) {
        return Math.min(BINS - 1, (int) ((largest - value) * steps));
    }

    /** Hoare's quickselect. */
    private static float quickselect(float[] values, int length, int k) {
        int target = length - k;
        int low = 0;
        int high = length - 1;
        while (low < high) {
            float pivot = median(values[low], values[(low + high) >>> 1], values[high]);
            int i = low;
            int j = high;
            while (i <= j) {
                while (values[i] < pivot) {
                    i++;
                }
                while (values[j] > pivot) {
                    j--;
                }
                if (i <= j) {
                    float swap = values[i];
                    values[i++] = values[j];
                    values[j--] = swap;
                }
            }
            if (target <= j) {
                high = j;
            } else if (target >= i) {
                low = i;
            } else {
                return values[target];
            }
        }
        return values[target];
    }

    /**
     * Orders candidates so that those to drop stand first: ascending by weight (then by index), one goes when the weight
     * up to and including it is at most {@code share} of the total. Only the part around the boundary is ever ordered, and sums
     * are exact ({@link Exp#units}), so that the outcome does not depend on how it is found.
     *
     * @param weights by candidate, 0 to 1
     * @param candidates indices into {@code weights}, the first {@code count} of which are reordered
     * @return how many stay, at least 1: the last ones
     */
    static int dropUnlikely(float[] weights, int[] candidates, int count, double share) {
        long total = 0;
        for (int i = 0; i < count; i++) {
            total += Exp.units(weights[candidates[i]]);
        }
        long limit = (long) (share * total);
        // Dropped: everything before low, of weight `below`. Kept: everything from high on. Between them: not known
        // yet.
        long below = 0;
        int low = 0;
        int high = count;
        while (low < high) {
            int pivot = partition(weights, candidates, low, high);
            long upToPivot = below;
            for (int i = low; i < pivot; i++) {
                upToPivot += Exp.units(weights[candidates[i]]);
            }
            if (upToPivot > limit) {
                high = pivot;
            } else if (upToPivot + Exp.units(weights[candidates[pivot]]) > limit) {
                low = pivot;
                high = pivot;
            } else {
                below = upToPivot + Exp.units(weights[candidates[pivot]]);
                low = pivot + 1;
            }
        }
        return Math.max(1, count - low);
    }

    /** Moves what comes before a pivot from the middle of [low, high) before it; returns where the pivot ends up. */
    private static int partition(float[] weights, int[] candidates, int low, int high) {
        swap(candidates, (low + high) >>> 1, high - 1);
        int pivot = candidates[high - 1];
        int end = low;
        for (int i = low; i < high - 1; i++) {
            int candidate = candidates[i];
            if (weights[candidate] < weights[pivot] || weights[candidate] == weights[pivot] && candidate < pivot) {
                swap(candidates, i, end++);
            }
        }
        swap(candidates, end, high - 1);
        return end;
    }

    private static void swap(int[] values, int i, int j) {
        int value = values[i];
        values[i] = values[j];
        values[j] = value;
    }

    private static float median(float a, float b, float c) {
        return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    }
}
