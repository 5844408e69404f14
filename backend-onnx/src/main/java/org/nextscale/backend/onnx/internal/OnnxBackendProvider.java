package org.nextscale.backend.onnx.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.backend.MemoryNeed;
import org.nextscale.api.backend.ProbeRequest;
import org.nextscale.api.machine.Machine;
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
    /** A float of a vector register: 130 with AVX-512, as fast beside ND4J on a full-size model with two threads. */
    private static final double SCORE_OF_FLOAT = 130 / 16.0;
    /** int8 beside float32, where the processor multiplies bytes. */
    private static final double GAIN_OF_INT8 = 2.3;

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
    public Availability probe(ProbeRequest request) {
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
            Precision precision = Precision.of(request.options().choice(PRECISION));
            Memory memory = new Memory(request, precision);
            Optional<MemoryNeed> need = memory.need();
            if (need.isPresent() && !need.get().fits()) {
                return Availability.tooLarge(need.get(), memory.advice());
            }
            return Availability.available(
                            score(request.machine(), precision),
                            device(request.machine(), request.options()),
                            "runs whole graphs, in kernels chosen for its instructions")
                    .needing(need);
        } catch (RuntimeException | LinkageError e) {
            return Availability.unavailable("the machine could not be examined: " + e);
        }
    }

    private static int score(Machine machine, Precision precision) {
        double gain = precision == Precision.INT8 && machine.multipliesBytes() ? GAIN_OF_INT8 : 1;
        return (int) (SCORE_OF_FLOAT * machine.vectors().floats() * gain);
    }

    private static String device(Machine machine, ParameterValues options) {
        long threads = options.integer(THREADS);
        return "CPU, ONNX Runtime, " + machine.vectors().label() + ", " + threads
                + (threads == 1 ? " thread, " : " threads, ") + options.choice(PRECISION);
    }

    @Override
    public Backend open(ParameterValues options) {
        SessionSettings settings = new SessionSettings((int) options.integer(THREADS), (int) options.integer(SPIN));
        return new OnnxBackend(
                device(Machine.current(), options),
                new Sessions(NativeLibrary.load(), settings),
                Precision.of(options.choice(PRECISION)));
    }
}
