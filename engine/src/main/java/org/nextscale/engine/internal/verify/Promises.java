package org.nextscale.engine.internal.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.nextscale.api.NextscaleException;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.verify.PromiseCheck;
import org.nextscale.files.PrintableText;

/** What a plugin has promised, checked one by one. For one thread. */
public final class Promises {
    private final Consumer<PromiseCheck> onCheck;
    private final Cancellation cancellation;
    private final List<PromiseCheck> checks = new ArrayList<>();

    /** A promise is not kept. */
    static final class BrokenException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BrokenException(String how) {
            super(how);
        }
    }

    /**
     * None checked yet.
     *
     * @param onCheck is told of every promise as soon as it has been checked
     * @param cancellation looked at before every promise
     */
    public Promises(Consumer<PromiseCheck> onCheck, Cancellation cancellation) {
        this.onCheck = onCheck;
        this.cancellation = cancellation;
    }

    /** Checks one: whatever {@code seen} throws breaks it. */
    void check(String promise, Runnable seen) {
        cancellation.throwIfCancelled();
        PromiseCheck check = checked(promise, seen);
        checks.add(check);
        onCheck.accept(check);
    }

    private static PromiseCheck checked(String promise, Runnable seen) {
        try {
            seen.run();
            return PromiseCheck.kept(promise);
        } catch (CancellationException e) {
            throw e;
        } catch (BrokenException | NextscaleException e) {
            return PromiseCheck.broken(promise, e.getMessage());
        } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
            return PromiseCheck.broken(promise, PrintableText.reason(e));
        }
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new BrokenException(otherwise);
        }
    }

    /** All of them, in the order checked. */
    public List<PromiseCheck> checks() {
        return List.copyOf(checks);
    }
}
