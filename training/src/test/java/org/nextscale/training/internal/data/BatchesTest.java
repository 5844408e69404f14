package org.nextscale.training.internal.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BatchesTest {
    private static final Augmentation ALL = new Augmentation(true, true);

    @Test
    void anEpochHasEveryImageAtMostOnceAndLeavesOnlyAnIncompleteBatchOut() {
        Batches batches = new Batches(103, 10, 1, Augmentation.NONE);
        assertEquals(10, batches.stepsPerEpoch());
        for (int epoch = 0; epoch < 3; epoch++) {
            Set<Integer> seen = new HashSet<>();
            for (int step = 0; step < 10; step++) {
                for (int index : batches.indices(epoch * 10L + step)) {
                    assertTrue(index >= 0 && index < 103);
                    assertTrue(seen.add(index), index + " twice in epoch " + epoch);
                }
            }
            assertEquals(100, seen.size());
        }
    }

    @Test
    void overManyEpochsEveryImageIsSeenEquallyOften() {
        Batches batches = new Batches(50, 8, 4, Augmentation.NONE);
        int[] seen = new int[50];
        for (long step = 0; step < 6 * 2000; step++) {
            for (int index : batches.indices(step)) {
                seen[index]++;
            }
        }
        // 2,000 epochs of 48 out of 50: expectation 1920, standard deviation 9.
        Arrays.stream(seen).forEach(count -> assertEquals(1920, count, 45));
    }

    @Test
    void aStepIsTheSameWhateverWasAskedBefore() {
        Batches one = new Batches(1000, 16, 7, ALL);
        for (long step = 0; step < 200; step++) {
            one.indices(step);
        }
        Batches other = new Batches(1000, 16, 7, ALL);
        for (long step : new long[] {199, 3, 62, 61, 1_000_000_007L}) {
            assertArrayEquals(one.indices(step), other.indices(step));
            for (int position = 0; position < 16; position++) {
                assertEquals(one.view(step, position), other.view(step, position));
                assertEquals(one.variant(step, position, 5), other.variant(step, position, 5));
            }
        }
    }

    /** A run that goes on with another build must see the same: these are what the first build gave. */
    @Test
    void theOrderNeverChanges() {
        Batches batches = new Batches(10, 5, 42, ALL);
        assertEquals(
                "[2, 9, 7, 1, 0][6, 8, 3, 4, 5][4, 9, 6, 5, 0]"
                        + "View[cropY=0.3169798596941541, cropX=0.36984587266724156, flipped=true]13",
                Arrays.toString(batches.indices(0))
                        + Arrays.toString(batches.indices(1))
                        + Arrays.toString(batches.indices(2))
                        + batches.view(3, 1)
                        + batches.variant(2, 1, 100));
    }

    @Test
    void epochsAndSeedsDiffer() {
        Batches batches = new Batches(100, 100, 1, Augmentation.NONE);
        assertFalse(Arrays.equals(batches.indices(0), batches.indices(1)));
        assertFalse(Arrays.equals(batches.indices(0), new Batches(100, 100, 2, Augmentation.NONE).indices(0)));
    }

    @Test
    void fewerImagesThanABatchAreRepeated() {
        Batches batches = new Batches(3, 8, 1, Augmentation.NONE);
        assertEquals(1, batches.stepsPerEpoch());
        int[] indices = batches.indices(5);
        assertEquals(8, indices.length);
        for (int i = 0; i < 8; i++) {
            assertEquals(indices[i % 3], indices[i]);
        }
        assertEquals(3, Arrays.stream(indices).distinct().count());
    }

    @Test
    void viewsSpreadOverTheMarginAndHalfAreFlipped() {
        Batches batches = new Batches(1000, 100, 3, ALL);
        double y = 0;
        double x = 0;
        int flipped = 0;
        int[] variants = new int[4];
        for (int step = 0; step < 100; step++) {
            for (int position = 0; position < 100; position++) {
                View view = batches.view(step, position);
                y += view.cropY();
                x += view.cropX();
                flipped += view.flipped() ? 1 : 0;
                variants[batches.variant(step, position, 4)]++;
            }
        }
        // Five standard deviations of 10,000 draws.
        assertEquals(0.5, y / 10_000, 0.0145);
        assertEquals(0.5, x / 10_000, 0.0145);
        assertEquals(5000, flipped, 250);
        Arrays.stream(variants).forEach(count -> assertEquals(2500, count, 217));
        assertNotEquals(batches.view(0, 0), batches.view(0, 1));
        assertEquals(View.CENTRE, new Batches(9, 3, 3, Augmentation.NONE).view(4, 2));
    }

    @Test
    void sequentialOrderCoversAllOnce() {
        Order order = Order.sequential(10, 4, View.CENTRE_FLIPPED);
        assertEquals(3, order.steps());
        assertArrayEquals(new int[] {0, 1, 2, 3}, order.indices(0));
        assertArrayEquals(new int[] {8, 9}, order.indices(2));
        assertEquals(View.CENTRE_FLIPPED, order.view(2, 1));
    }

    @Test
    void placesInTheMargin() {
        assertEquals(0, View.offset(0, 36, 32));
        assertEquals(2, View.offset(0.5, 36, 32));
        assertEquals(4, View.offset(1, 36, 32));
        assertEquals(0, View.offset(1, 32, 32));
    }
}
