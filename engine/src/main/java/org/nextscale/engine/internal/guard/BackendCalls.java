package org.nextscale.engine.internal.guard;

import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.nextscale.api.BackendException;
import org.nextscale.api.NextscaleException;
import org.nextscale.files.PrintableText;

/**
 * Calls into something of a backend: what it throws against its contract becomes a failure of that backend. Closing waits for calls
 * under way, and afterwards nothing reaches it any more. Keeps what was made of it, to be closed before it, the newest first.
 * Thread-safe.
 */
final class BackendCalls {
    private final String who;
    private final Runnable close;
    private final Optional<BackendCalls> maker;
    private final Deque<BackendCalls> made = new ConcurrentLinkedDeque<>();
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    /** Guarded by {@link #lock}. */
    private boolean closed;

    /**
     * @param who it is, for messages: {@code "backend onnx"}
     * @param close lets go of it
     */
    BackendCalls(String who, Runnable close) {
        this(who, close, Optional.empty());
    }

    private BackendCalls(String who, Runnable close, Optional<BackendCalls> maker) {
        this.who = who;
        this.close = close;
        this.maker = maker;
    }

    String who() {
        return who;
    }

    /**
     * Something made of it, which is closed before it.
     *
     * @throws IllegalStateException if it was closed meanwhile; what was made is closed then
     */
    BackendCalls of(Runnable closeMade) {
        BackendCalls child = new BackendCalls(who, closeMade, Optional.of(this));
        lock.readLock().lock();
        try {
            if (!closed) {
                made.addFirst(child);
                return child;
            }
        } finally {
            lock.readLock().unlock();
        }
        child.close();
        throw wasClosed();
    }

    private IllegalStateException wasClosed() {
        return new IllegalStateException(who + " was closed");
    }

    /**
     * Calls it.
     *
     * @throws IllegalStateException after closing
     */
    <T> T call(String what, Supplier<T> call) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw wasClosed();
            }
            T result = guarded(who, call);
            if (result == null) {
                throw new BackendException(who + " returned nothing as " + what);
            }
            return result;
        } finally {
            lock.readLock().unlock();
        }
    }

    static <T> T guarded(String who, Supplier<T> call) {
        try {
            return call.get();
        } catch (NextscaleException | CancellationException e) {
            throw e;
        } catch (OutOfMemoryError e) {
            throw new BackendException(
                    who + " has not enough memory (" + e.getMessage() + "): a smaller batch or model, or a larger heap",
                    e);
        } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
            throw new BackendException(who + " failed: " + PrintableText.reason(e), e);
        }
    }

    /**
     * Closes what was made of it, then it; harmlessly twice. All is closed, and the first failure comes out.
     *
     * @throws IllegalStateException from within a call
     */
    void close() {
        requireNoCallOfMine();
        lock.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            lock.writeLock().unlock();
        }
        RuntimeException failure = null;
        for (BackendCalls child : made) {
            failure = closed(child::close, failure);
        }
        maker.ifPresent(each -> each.made.remove(this));
        failure = closed(
                () -> guarded(who, () -> {
                    close.run();
                    return true;
                }),
                failure);
        if (failure != null) {
            throw failure;
        }
    }

    private void requireNoCallOfMine() {
        if (lock.getReadHoldCount() > 0) {
            throw new IllegalStateException(who + " cannot be closed by what it is computing");
        }
        made.forEach(BackendCalls::requireNoCallOfMine);
    }

    private static RuntimeException closed(Runnable closing, RuntimeException before) {
        try {
            closing.run();
            return before;
        } catch (RuntimeException e) {
            if (before == null) {
                return e;
            }
            before.addSuppressed(e);
            return before;
        }
    }
}
