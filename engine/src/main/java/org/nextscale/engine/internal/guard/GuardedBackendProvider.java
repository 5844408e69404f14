package org.nextscale.engine.internal.guard;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.nextscale.api.BackendException;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.backend.ProbeRequest;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.files.PrintableText;

/** A backend whose probe always answers, and whose failures name it. */
final class GuardedBackendProvider extends GuardedPlugin<BackendProvider> implements BackendProvider {
    /** A probe is to be quick. Longer than any that loads a driver for the first time. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    GuardedBackendProvider(Described<BackendProvider> plugin) {
        super(plugin);
    }

    /** One that throws, answers nothing or does not answer says why the backend is not available; the others are still asked. */
    @Override
    public Availability probe(ProbeRequest request) {
        FutureTask<Availability> answer = new FutureTask<>(() -> plugin().probe(request));
        Thread asking = new Thread(answer, "nextscale-probe-" + id());
        asking.setDaemon(true);
        asking.start();
        try {
            Availability found = answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return found == null ? Availability.unavailable("its probe returned nothing") : found;
        } catch (ExecutionException e) {
            return Availability.unavailable("its probe failed: " + PrintableText.reason(e.getCause()));
        } catch (TimeoutException e) {
            return Availability.unavailable("its probe has not answered for " + PATIENCE.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Availability.unavailable("its probe was interrupted");
        }
    }

    @Override
    public Backend open(ParameterValues options) {
        Backend backend = BackendCalls.guarded(who(), () -> plugin().open(options));
        if (backend == null) {
            throw new BackendException(who() + " returned nothing when it was opened");
        }
        return new GuardedBackend(new BackendCalls(who(), backend::close), backend, transformerTypes());
    }

    @Override
    public Set<String> transformerTypes() {
        return BackendCalls.guarded(who(), plugin()::transformerTypes);
    }
}
