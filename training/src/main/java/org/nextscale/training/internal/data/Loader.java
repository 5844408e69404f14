package org.nextscale.training.internal.data;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads the next batches while the present one is worked on: a few threads, a few batches ahead, given out in order. For one
 * thread; its threads end when it is closed.
 */
public final class Loader implements AutoCloseable {
    private final ImageSet images;
    private final Order order;
    private final ExecutorService threads;
    private final int ahead;
    private final Deque<Future<Batch>> coming = new ArrayDeque<>();
    private final Deque<float[]> free = new ArrayDeque<>();
    private long next;
    private Batch lent;

    /**
     * Images of a step.
     *
     * @param step from 0
     * @param indices which images they are
     * @param labels their classes
     * @param pixels {@code [batch, 3, side, side]} in [-1, 1]; longer when the batch is the smaller last one. Valid until
     *     the next batch is asked for
     */
    public record Batch(long step, int[] indices, int[] labels, float[] pixels) {
        public int size() {
            return indices.length;
        }
    }

    /**
     * Begins to read.
     *
     * @param from the first step wanted
     * @param threads that read, a batch each
     */
    public Loader(ImageSet images, Order order, long from, int threads) {
        this.images = images;
        this.order = order;
        this.next = from;
        this.ahead = threads + 1;
        this.threads = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "image loader");
            thread.setDaemon(true);
            return thread;
        });
        fill();
    }

    /** Whether there is another batch. */
    public boolean hasNext() {
        return !coming.isEmpty();
    }

    /**
     * The next batch.
     *
     * @throws org.nextscale.api.InvalidInputException if an image cannot be read
     * @throws CancellationException if the thread is interrupted
     */
    public Batch next() {
        if (coming.isEmpty()) {
            throw new NoSuchElementException("no batch after step " + (next - 1));
        }
        if (lent != null) {
            free.push(lent.pixels());
            lent = null;
        }
        try {
            lent = coming.remove().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while images were read");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
        fill();
        return lent;
    }

    private void fill() {
        while (coming.size() < ahead && next < order.steps()) {
            long step = next++;
            float[] pixels = free.isEmpty() ? null : free.pop();
            coming.add(threads.submit(() -> read(step, pixels)));
        }
    }

    private Batch read(long step, float[] reused) {
        int[] indices = order.indices(step);
        int elements = images.elements();
        int needed = Math.multiplyExact(indices.length, elements);
        float[] pixels = reused != null && reused.length >= needed ? reused : new float[needed];
        int[] labels = new int[indices.length];
        for (int i = 0; i < indices.length; i++) {
            labels[i] = images.label(indices[i]);
            images.read(indices[i], order.view(step, i), pixels, i * elements);
        }
        return new Batch(step, indices, labels, pixels);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
