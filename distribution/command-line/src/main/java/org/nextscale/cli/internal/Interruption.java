package org.nextscale.cli.internal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.nextscale.cli.internal.session.Session;

/** Ctrl-C while it is open: asks the command to stop and gives it a moment to put its unfinished files away. */
final class Interruption implements AutoCloseable {
    /** Longer where the command says so. */
    private static final int SECONDS = 5;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook;

    Interruption(Session session) {
        hook = new Thread(() -> stop(session), "nextscale-interruption");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void stop(Session session) {
        session.cancellation().cancel();
        try {
            done.await(Math.max(SECONDS, session.secondsToStop()), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        done.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending already, and the hook with it.
        }
    }
}
