package org.nextscale.training.internal.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;

class LoaderTest {
    private static final int SIDE = 4;

    /** Images whose pixels say which they are and how they are looked at. */
    private static class Telling implements ImageSet {
        final AtomicInteger reads = new AtomicInteger();

        @Override
        public int size() {
            return 23;
        }

        @Override
        public List<String> classNames() {
            return List.of("even", "odd");
        }

        @Override
        public int label(int index) {
            return index % 2;
        }

        @Override
        public int side() {
            return SIDE;
        }

        @Override
        public void read(int index, View view, float[] target, int offset) {
            reads.incrementAndGet();
            Arrays.fill(target, offset, offset + elements(), value(index, view));
        }

        static float value(int index, View view) {
            return (float) (index + view.cropX() / 2 + (view.flipped() ? 100 : 0));
        }

        @Override
        public String fingerprint() {
            return "";
        }
    }

    @Test
    void batchesComeInOrderAndAreWhatTheOrderSays() {
        Batches order = new Batches(23, 5, 8, new Augmentation(true, true));
        for (int threads : new int[] {1, 3}) {
            try (Loader loader = new Loader(new Telling(), order, 7, threads)) {
                for (long step = 7; step < 60; step++) {
                    Loader.Batch batch = loader.next();
                    assertEquals(step, batch.step());
                    assertArrayEquals(order.indices(step), batch.indices());
                    for (int i = 0; i < 5; i++) {
                        assertEquals(batch.indices()[i] % 2, batch.labels()[i]);
                        float expected = Telling.value(batch.indices()[i], order.view(step, i));
                        assertEquals(expected, batch.pixels()[i * 48]);
                        assertEquals(expected, batch.pixels()[i * 48 + 47]);
                    }
                }
            }
        }
    }

    @Test
    void onlyAFewBatchesAreReadAhead() throws InterruptedException {
        Telling images = new Telling();
        try (Loader loader = new Loader(images, new Batches(23, 5, 8, Augmentation.NONE), 0, 2)) {
            loader.next();
            Thread.sleep(100);
            assertTrue(images.reads.get() <= 5 * 4, images.reads + " images");
        }
    }

    @Test
    void aSequenceEndsWithASmallerBatch() {
        try (Loader loader = new Loader(new Telling(), Order.sequential(23, 10, View.CENTRE), 0, 2)) {
            int images = 0;
            while (loader.hasNext()) {
                Loader.Batch batch = loader.next();
                for (int i = 0; i < batch.size(); i++) {
                    assertEquals(images++, batch.indices()[i]);
                    assertEquals(Telling.value(batch.indices()[i], View.CENTRE), batch.pixels()[i * 48]);
                }
            }
            assertEquals(23, images);
            assertThrows(NoSuchElementException.class, loader::next);
        }
    }

    @Test
    void whatAnImageThrowsIsThrown() {
        InvalidInputException failure = new InvalidInputException("image 3 is gone");
        ImageSet images = new Telling() {
            @Override
            public void read(int index, View view, float[] target, int offset) {
                if (index == 3) {
                    throw failure;
                }
            }
        };
        try (Loader loader = new Loader(images, Order.sequential(23, 2, View.CENTRE), 0, 1)) {
            assertFalse(Arrays.equals(loader.next().indices(), new int[] {2, 3}));
            assertSame(failure, assertThrows(InvalidInputException.class, loader::next));
        }
    }

    @Test
    void aWaitingThreadCanBeInterrupted() {
        CountDownLatch never = new CountDownLatch(1);
        ImageSet images = new Telling() {
            @Override
            public void read(int index, View view, float[] target, int offset) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        try (Loader loader = new Loader(images, Order.sequential(23, 2, View.CENTRE), 0, 1)) {
            Thread.currentThread().interrupt();
            assertThrows(CancellationException.class, loader::next);
            assertTrue(Thread.interrupted());
        }
    }
}
