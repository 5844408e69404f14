package org.nextscale.backend.nd4j.internal.compute;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A fixed team of threads, the caller among them, that shares out the parts of one piece of work after the other.
 *
 * <p>All parallelism is here and each native operation runs on one thread. ND4J's own OpenMP threads spin for
 * milliseconds after every operation and so take the cores from the Java loops in between; on a busy machine they stall
 * for scheduler quanta. Parts are claimed one by one, so a thread that is held up delays its own part only.
 *
 * <p>One caller at a time: {@link #exclusively} makes callers take turns.
 */
public final class Workers implements AutoCloseable {
    /** How long an idle thread looks for new work before it sleeps; work comes in bursts of short pieces. */
    private static final long SPIN_NANOS = 30_000;

    /** One part of a piece of work. */
    @FunctionalInterface
    public interface Task {
        void run(Worker worker, int part);
    }

    private final ReentrantLock turn = new ReentrantLock();
    private final Worker[] workers;
    private final Thread[] threads;
    private boolean started;
    private volatile Round round;
    private volatile boolean closed;

    /** A team of {@code size} threads, the calling one included. */
    public Workers(NativeLibrary library, int size) {
        workers = new Worker[size];
        for (int i = 0; i < size; i++) {
            workers[i] = new Worker(library);
        }
        threads = new Thread[size - 1];
        for (int i = 0; i < threads.length; i++) {
            Worker worker = workers[i + 1];
            threads[i] = new Thread(() -> serve(worker), "nextscale-nd4j-" + (i + 1));
            threads[i].setDaemon(true);
        }
    }

    public int size() {
        return workers.length;
    }

    /** Runs something with this team to itself, after those who came earlier. */
    public <T> T exclusively(Supplier<T> action) {
        turn.lock();
        try {
            return action.get();
        } finally {
            turn.unlock();
        }
    }

    /** As {@link #exclusively(Supplier)}. */
    public void exclusively(Runnable action) {
        exclusively(() -> {
            action.run();
            return null;
        });
    }

    /**
     * Runs {@code task} for parts 0 to {@code parts − 1} and returns when all are done. The first failure of a part is
     * thrown here after the others have ended.
     */
    public void run(int parts, Task task) {
        if (!turn.isHeldByCurrentThread()) {
            throw new IllegalStateException("a team is used by one thread at a time");
        }
        if (closed) {
            throw new IllegalStateException("the backend is closed");
        }
        workers[0].operations().singleThreaded();
        if (parts == 1 || threads.length == 0) {
            for (int part = 0; part < parts; part++) {
                task.run(workers[0], part);
            }
            return;
        }
        start();
        Round mine = new Round(parts, task);
        round = mine;
        int helpers = Math.min(parts - 1, threads.length);
        for (int i = 0; i < helpers; i++) {
            LockSupport.unpark(threads[i]);
        }
        mine.work(workers[0]);
        mine.await();
        round = null;
        mine.rethrow();
    }

    /** Threads come to life with the first work, so that opening a backend costs none. */
    private void start() {
        if (!started) {
            started = true;
            for (Thread thread : threads) {
                thread.start();
            }
        }
    }

    private void serve(Worker worker) {
        worker.operations().singleThreaded();
        Round last = null;
        long idleSince = System.nanoTime();
        while (!closed) {
            Round next = round;
            if (next != null && next != last) {
                last = next;
                next.work(worker);
                idleSince = System.nanoTime();
            } else if (System.nanoTime() - idleSince < SPIN_NANOS) {
                Thread.onSpinWait();
            } else {
                last = null;
                LockSupport.park(this);
                idleSince = System.nanoTime();
            }
        }
    }

    /** Ends the threads and returns their scratch memory. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        boolean interrupted = false;
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        for (Worker worker : workers) {
            worker.close();
        }
    }

    /** One piece of work: its parts are claimed by counting up. */
    private static final class Round {
        private final int parts;
        private final Task task;
        private final Thread caller = Thread.currentThread();
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger unfinished;
        private volatile Throwable failure;

        Round(int parts, Task task) {
            this.parts = parts;
            this.task = task;
            unfinished = new AtomicInteger(parts);
        }

        void work(Worker worker) {
            int part;
            while ((part = next.getAndIncrement()) < parts) {
                try {
                    if (failure == null) {
                        task.run(worker, part);
                    }
                } catch (Throwable e) {
                    failure = e;
                } finally {
                    if (unfinished.decrementAndGet() == 0) {
                        LockSupport.unpark(caller);
                    }
                }
            }
        }

        void await() {
            long start = System.nanoTime();
            while (unfinished.get() > 0) {
                if (System.nanoTime() - start < SPIN_NANOS) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.parkNanos(this, 1_000_000);
                }
            }
        }

        void rethrow() {
            Throwable thrown = failure;
            if (thrown instanceof RuntimeException e) {
                throw e;
            }
            if (thrown instanceof Error e) {
                throw e;
            }
        }
    }
}
