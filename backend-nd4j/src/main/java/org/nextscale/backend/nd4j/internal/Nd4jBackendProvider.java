package org.nextscale.backend.nd4j.internal;

import java.util.List;
import java.util.Optional;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.parameter.Parameter;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.backend.nd4j.internal.compute.Machine;
import org.nextscale.backend.nd4j.internal.compute.NativeLibrary;
import org.osgi.service.component.annotations.Component;

/** Offers ND4J on the CPU. Nothing native is touched before {@link #open}. */
@Component(service = BackendProvider.class)
public final class Nd4jBackendProvider implements BackendProvider {
    private static final int SCORE = 50;
    /** Builds with oneDNN bear its name; the plain ones compute with OpenBLAS and ND4J's own loops. */
    private static final int SCORE_WITHOUT_ONEDNN = 10;

    private static final int MOST_THREADS = 512;

    @Override
    public String id() {
        return "nd4j";
    }

    @Override
    public String label() {
        return "ND4J 1.0.0-M2.1 with oneDNN on the CPU, float32 (no half precision, no GPU)";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(Parameter.integer(
                "threads",
                Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()),
                1,
                MOST_THREADS,
                "threads that compute; fewer leave cores to others"));
    }

    @Override
    public Availability probe() {
        try {
            Machine machine = Machine.current();
            if (machine.platform().isEmpty()) {
                return Availability.unavailable("ND4J has no native library for " + System.getProperty("os.name")
                        + " on " + System.getProperty("os.arch"));
            }
            Optional<String> variant = machine.bestVariant(Nd4jBackendProvider.class.getClassLoader());
            if (variant.isEmpty()) {
                return Availability.unavailable("this build carries no ND4J library for " + machine.platform()
                        + "; build Nextscale with -P" + machine.platform());
            }
            boolean oneDnn = variant.get().contains("onednn");
            int threads = Runtime.getRuntime().availableProcessors();
            return Availability.available(
                    oneDnn ? SCORE : SCORE_WITHOUT_ONEDNN,
                    device(machine, oneDnn, threads),
                    oneDnn ? "runs on any processor of this platform" : "without oneDNN, which ND4J lacks here: slow");
        } catch (RuntimeException | LinkageError e) {
            return Availability.unavailable("the machine could not be examined: " + e);
        }
    }

    private static String device(Machine machine, boolean oneDnn, int threads) {
        return "CPU, " + (oneDnn ? "oneDNN " : "") + machine.instructions() + ", " + threads
                + (threads == 1 ? " thread" : " threads");
    }

    @Override
    public Backend open(ParameterValues options) {
        Machine machine = Machine.current();
        NativeLibrary library = NativeLibrary.load(machine);
        int threads = (int) options.integer("threads");
        return new Nd4jBackend(library, device(machine, library.variant().contains("onednn"), threads), threads);
    }
}
