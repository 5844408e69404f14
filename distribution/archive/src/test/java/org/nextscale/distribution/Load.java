package org.nextscale.distribution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Several threads that make images one after the other, and compare each with what the backend that made it makes when
 * nothing is moved.
 */
final class Load implements AutoCloseable {

    private static final int CLASSES = 10;
    private static final int IMAGES = 20;
    private static final int THREADS = 3;

    private final LiveModel model;
    /** By backend: image {@code i} is of class {@code i % CLASSES} and seed {@code i}. */
    private final Map<String, List<byte[]>> undisturbed;

    private final Map<String, AtomicInteger> made = new ConcurrentHashMap<>();
    private final ExecutorService executor = Executors.newFixedThreadPool(THREADS);
    private final List<Future<Integer>> requests = new ArrayList<>();
    private volatile boolean ending;

    private Load(LiveModel model, Map<String, List<byte[]>> undisturbed) {
        this.model = model;
        this.undisturbed = undisturbed;
    }

    /** What each backend makes of the load's requests; the model is moved there, one after the other. */
    static Map<String, List<byte[]>> undisturbed(LiveModel model, List<String> backends) {
        Map<String, List<byte[]>> images = new ConcurrentHashMap<>();
        for (String backend : backends) {
            model.switchBackend(backend);
            List<byte[]> ofBackend = new ArrayList<>();
            for (int i = 0; i < IMAGES; i++) {
                ofBackend.add(model.generate(i % CLASSES, i).getValue());
            }
            images.put(backend, ofBackend);
        }
        return images;
    }

    static Load on(LiveModel model, Map<String, List<byte[]>> undisturbed) {
        Load load = new Load(model, undisturbed);
        for (int thread = 0; thread < THREADS; thread++) {
            int first = thread;
            load.requests.add(load.executor.submit((Callable<Integer>) () -> load.makeImages(first)));
        }
        return load;
    }

    private int makeImages(int first) {
        int count = 0;
        for (int i = first; !ending; i = (i + 1) % IMAGES) {
            check(i, model.generate(i % CLASSES, i));
            count++;
        }
        return count;
    }

    private void check(int index, Map.Entry<String, byte[]> image) {
        if (!Arrays.equals(undisturbed.get(image.getKey()).get(index), image.getValue())) {
            throw new AssertionError("image " + index + " of " + image.getKey() + " is another one than it was");
        }
        made.computeIfAbsent(image.getKey(), id -> new AtomicInteger()).incrementAndGet();
    }

    /** Images made so far on a backend. */
    int made(String backend) {
        return made.computeIfAbsent(backend, id -> new AtomicInteger()).get();
    }

    /** Returns when a backend has made this many more images; fails as soon as a request has failed. */
    void awaitMore(String backend, int images) throws Exception {
        int goal = made(backend) + images;
        Eventually.holds(
                () -> made(backend) >= goal || requests.stream().anyMatch(Future::isDone),
                () -> "images made: " + made + ", model on " + model.backend());
        for (Future<Integer> request : requests) {
            if (request.isDone()) {
                request.get();
            }
        }
    }

    /** Lets every request finish; fails if one has failed. */
    @Override
    public void close() throws Exception {
        ending = true;
        executor.shutdown();
        for (Future<Integer> request : requests) {
            request.get(30, TimeUnit.SECONDS);
        }
    }
}
