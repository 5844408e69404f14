package org.nextscale.sampler.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Selection against sorting, on random inputs with and without ties. */
class SelectionTest {
    private static final long SEED = Long.getLong("nextscale.test.seed", 20240915);

    @Test
    void largestAgreesWithSorting() {
        Random random = new Random(SEED);
        for (int round = 0; round < 3000; round++) {
            // Above 256 values they are counted first; now and then some are −∞, as masks make them.
            int length = 1 + random.nextInt(round % 2 == 0 ? 200 : 2000);
            float[] values = values(random, length);
            for (int i = 1; round % 5 == 0 && i < length; i++) {
                values[i] = random.nextInt(3) == 0 ? Float.NEGATIVE_INFINITY : values[i];
            }
            float[] sorted = values.clone();
            Arrays.sort(sorted);
            int k = 1 + random.nextInt(length);
            int at = round;
            assertEquals(
                    sorted[length - k],
                    Selection.largest(values, length, k, sorted[length - 1]),
                    () -> "round " + at + " of seed " + SEED);
        }
    }

    @Test
    void dropUnlikelyAgreesWithSorting() {
        Random random = new Random(SEED);
        for (int round = 0; round < 3000; round++) {
            int length = 1 + random.nextInt(100);
            float[] weights = values(random, length);
            for (int i = 0; i < length; i++) {
                weights[i] = Math.abs(weights[i]);
            }
            double share = random.nextInt(10) == 0 ? random.nextInt(2) : random.nextDouble();
            List<Integer> candidates = IntStream.range(0, length).boxed().toList();
            int at = round;
            assertEquals(
                    bySorting(weights, share),
                    kept(weights, candidates, share),
                    () -> "round " + at + " of seed " + SEED);
        }
    }

    /** Sums of float32 in any order are the same: what stays does not depend on where the candidates stand. */
    @Test
    void dropUnlikelyDoesNotDependOnTheOrder() {
        Random random = new Random(SEED);
        for (int round = 0; round < 1000; round++) {
            int length = 1 + random.nextInt(300);
            float[] weights = new float[length];
            for (int i = 0; i < length; i++) {
                weights[i] = Exp.of(-20 * random.nextFloat());
            }
            double share = random.nextDouble();
            List<Integer> order = IntStream.range(0, length).boxed().collect(Collectors.toList());
            Set<Integer> first = kept(weights, order, share);
            Collections.shuffle(order, random);
            int at = round;
            assertEquals(first, kept(weights, order, share), () -> "round " + at + " of seed " + SEED);
        }
    }

    private static Set<Integer> kept(float[] weights, List<Integer> order, double share) {
        int[] candidates = order.stream().mapToInt(i -> i).toArray();
        int kept = Selection.dropUnlikely(weights, candidates, candidates.length, share);
        return IntStream.range(candidates.length - kept, candidates.length)
                .mapToObj(i -> candidates[i])
                .collect(Collectors.toSet());
    }

    private static Set<Integer> bySorting(float[] weights, double share) {
        List<Integer> order = IntStream.range(0, weights.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> weights[i]).thenComparing(i -> i))
                .toList();
        double total = 0;
        for (float weight : weights) {
            total += weight;
        }
        Set<Integer> kept = new HashSet<>();
        double cumulative = 0;
        for (int rank = 0; rank < order.size(); rank++) {
            cumulative += weights[order.get(rank)];
            if (cumulative > share * total || rank == order.size() - 1) {
                kept.add(order.get(rank));
            }
        }
        return kept;
    }

    /** Multiples of 1/8, so that sums are exact in any order and ties are many. */
    private static float[] values(Random random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (random.nextInt(length) - length / 2) / 8f;
        }
        return values;
    }
}
