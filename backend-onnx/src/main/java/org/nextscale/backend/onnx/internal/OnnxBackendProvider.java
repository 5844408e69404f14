package org.nextscale.backend.onnx.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.parameter.Parameter;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.backend.onnx.internal.runtime.NativeLibrary;
import org.nextscale.backend.onnx.internal.runtime.Platform;
import org.nextscale.backend.onnx.internal.runtime.SessionSettings;
import org.nextscale.backend.onnx.internal.runtime.Sessions;
import org.nextscale.backend.onnx.internal.transformer.Precision;
import org.osgi.service.component.annotations.Component;

/** Offers ONNX Runtime on the CPU. Nothing native is touched before {@link #open}. */
@Component(service = BackendProvider.class)
public final class OnnxBackendProvider implements BackendProvider {
    private static final int SCORE = 100;
    private static final int MOST_THREADS = 512;
    /** Longer than most operators of a small model take, shorter than a busy machine would notice. */
    private static final int DEFAULT_SPIN = 50;

    private static final int MOST_SPIN = 100_000;

    private static final String THREADS = "threads";
    private static final String SPIN = "spin-us";
    private static final String PRECISION = "precision";

    @Override
    public String id() {
        return "onnx";
    }

    @Override
    public String label() {
        return "ONNX Runtime 1.29.0 on the CPU, float32 or int8";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.integer(
                        THREADS,
                        Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()),
                        1,
                        MOST_THREADS,
                        "threads that compute; fewer leave cores to others"),
                Parameter.integer(
                        SPIN, DEFAULT_SPIN, 0, MOST_SPIN, "microseconds a thread without work spins before it sleeps"),
                Parameter.choice(
                        PRECISION,
                        Precision.F32.word(),
                        Arrays.stream(Precision.values()).map(Precision::word).toList(),
                        "of the transformer's linear layers; int8 is faster and a quarter of the size"));
    }

    @Override
    public Availability probe() {
        try {
            Optional<Platform> platform = Platform.current();
            if (platform.isEmpty()) {
                return Availability.unavailable("ONNX Runtime has no native library for "
                        + System.getProperty("os.name") + " on " + System.getProperty("os.arch"));
            }
            if (!platform.get().isIncluded()) {
                return Availability.unavailable("this build carries no ONNX Runtime library for "
                        + platform.get().name() + "; build Nextscale with -P"
                        + platform.get().name());
            }
            return Availability.available(
                    SCORE,
                    device(Runtime.getRuntime().availableProcessors()),
                    "runs whole graphs, in kernels chosen for its instructions");
        } catch (RuntimeException | LinkageError e) {
            return Availability.unavailable("the machine could not be examined: " + e);
        }
    }

    private static String device(int threads) {
        return "CPU, ONNX Runtime, " + threads + (threads == 1 ? " thread" : " threads");
    }

    @Override
    public Backend open(ParameterValues options) {
        int threads = (int) options.integer(THREADS);
        SessionSettings settings = new SessionSettings(threads, (int) options.integer(SPIN));
        Precision precision = Precision.of(options.choice(PRECISION));
        return new OnnxBackend(
                device(threads) + ", " + precision.word(), new Sessions(NativeLibrary.load(), settings), precision);
    }
}
