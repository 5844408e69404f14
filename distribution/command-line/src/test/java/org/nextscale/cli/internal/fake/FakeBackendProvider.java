package org.nextscale.cli.internal.fake;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.nextscale.api.BackendException;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.MemoryNeed;
import org.nextscale.api.backend.ProbeRequest;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.testkit.fake.FakeBackend;

/** The backend {@code fake}, which tests of commands look at from outside. */
public final class FakeBackendProvider extends FakeBackend {
    /** What the backend takes for free memory; a model needs 3 GB of it. */
    public static volatile long freeBytes = Long.MAX_VALUE;

    /** Run at every scale, for tests that interfere. */
    public static volatile Runnable atEveryScale = () -> {};

    private static final List<FakeBackendProvider> ALL = new CopyOnWriteArrayList<>();

    public FakeBackendProvider() {
        super("fake", 1);
        with(Parameter.flag("broken", false, "fails when opened"));
        probed(FakeBackendProvider::probeMemory);
        atEveryScale(() -> atEveryScale.run());
        ALL.add(this);
    }

    /** Backends opened and not closed, by whatever engine. */
    public static int open() {
        return ALL.stream().mapToInt(FakeBackend::openBackends).sum();
    }

    /** Backends opened so far, by whatever engine. */
    public static int opened() {
        return ALL.stream().mapToInt(FakeBackend::openedBackends).sum();
    }

    private static Availability probeMemory(ProbeRequest request) {
        Optional<MemoryNeed> need =
                request.model().map(model -> MemoryNeed.of("imagination", 3_000_000_000L, freeBytes));
        if (need.isPresent() && !need.get().fits()) {
            return Availability.tooLarge(need.get(), "dream less");
        }
        Availability here = Availability.available(1, "nowhere", "always there");
        return need.map(here::needing).orElse(here);
    }

    @Override
    public Backend open(ParameterValues options) {
        if (options.flag("broken")) {
            throw new BackendException("the fake backend is broken, as asked for");
        }
        return super.open(options);
    }
}
