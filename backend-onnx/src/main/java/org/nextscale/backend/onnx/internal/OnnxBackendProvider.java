package org.nextscale.backend.onnx.internal;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nextscale.api.BackendException;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.backend.Machine;
import org.nextscale.api.backend.MemoryNeed;
import org.nextscale.api.backend.ProbeRequest;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.backend.onnx.internal.runtime.NativeLibrary;
import org.nextscale.backend.onnx.internal.runtime.Platform;
import org.nextscale.backend.onnx.internal.runtime.SessionSettings;
import org.nextscale.backend.onnx.internal.runtime.Sessions;
import org.nextscale.backend.onnx.internal.transformer.Precision;
import org.nextscale.backend.support.DescribedMachine;
import org.nextscale.backend.support.Vectors;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Offers ONNX Runtime on the CPU and, with its libraries for that, on GPUs. Nothing native is touched before {@link #open}. */
@Component(service = BackendProvider.class)
public final class OnnxBackendProvider implements BackendProvider {
    /** A float of a vector register: 130 with AVX-512, as fast beside ND4J on a full-size model with two threads. */
    private static final double SCORE_OF_FLOAT = 130 / 16.0;
    /** int8 beside float32, where the processor multiplies bytes. */
    private static final double GAIN_OF_INT8 = 2.3;

    /** Any GPU that is worth the name is several times as fast as any CPU; not measured. */
    private static final int SCORE_OF_GPU = 1000;

    private static final int MOST_THREADS = 512;
    /** Longer than most operators of a small model take, shorter than a busy machine would notice. */
    private static final int DEFAULT_SPIN = 50;

    private static final int MOST_SPIN = 100_000;

    private static final String THREADS = "threads";
    private static final String SPIN = "spin-us";
    private static final String PRECISION = "precision";
    private static final String DEVICE = "device";

    /** Jars with libraries for GPUs that the container knows of; on the class path they are found without. */
    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            target = "(nextscale.libraries=org.nextscale.backend.onnx)")
    private volatile List<Path> libraryJars = List.of();

    @Override
    public String id() {
        return "onnx";
    }

    @Override
    public String description() {
        return "ONNX Runtime 1.28.0 on the CPU, float32 or int8; on NVIDIA GPUs with onnxruntime_gpu beside it";
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
                        "of the transformer's linear layers; int8 is faster and a quarter of the size"),
                Parameter.choice(
                        DEVICE,
                        Device.AUTO,
                        List.of(Device.AUTO, Device.CPU, Device.CUDA),
                        "where; auto is a GPU if onnxruntime_gpu is there and works, else the CPU"));
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
            return examined(request, platform.get());
        } catch (RuntimeException | LinkageError e) {
            return Availability.unavailable("the machine could not be examined: " + e);
        }
    }

    private Availability examined(ProbeRequest request, Platform platform) {
        String asked = request.options().choice(DEVICE);
        Precision precision = precision(request.options());
        Device device = Device.probed(asked, precision, libraryJars, platform);
        if (device.cuda() && device.noCuda().isPresent()) {
            return Availability.unavailable(
                    "CUDA cannot be used: " + device.noCuda().get());
        }
        // Where a GPU may turn out not to work, the CPU has to have room.
        Memory memory = new Memory(request, precision, asked.equals(Device.CUDA));
        Optional<MemoryNeed> need = memory.need();
        if (need.isPresent() && !need.get().fits()) {
            return Availability.tooLarge(need.get(), memory.advice());
        }
        String reason = device.cuda()
                ? "CUDA is tried when a model is opened"
                : "runs whole graphs, in kernels chosen for its instructions"
                        + device.noCuda()
                                .map(why -> "; CUDA cannot be used: " + why)
                                .orElse("");
        int score = device.cuda() ? SCORE_OF_GPU : score(request.machine(), precision);
        Availability here = Availability.available(score, words(device, request.machine(), request.options()), reason);
        return need.map(here::needing).orElse(here);
    }

    private static int score(Machine machine, Precision precision) {
        double gain = precision == Precision.INT8 && Vectors.multiplyBytes(machine) ? GAIN_OF_INT8 : 1;
        return (int) (SCORE_OF_FLOAT * Vectors.of(machine).floats() * gain);
    }

    private static Precision precision(ParameterValues options) {
        return Precision.of(options.choice(PRECISION));
    }

    private static String words(Device device, Machine machine, ParameterValues options) {
        long threads = options.integer(THREADS);
        String precision = ", " + options.choice(PRECISION);
        return device.cuda()
                ? "GPU, ONNX Runtime, CUDA" + precision
                : "CPU, ONNX Runtime, " + Vectors.of(machine).label() + ", " + threads
                        + (threads == 1 ? " thread" : " threads") + precision;
    }

    @Override
    public Backend open(ParameterValues options) {
        Platform platform = Platform.current()
                .orElseThrow(() -> new BackendException("there are no native libraries for this platform"));
        Precision precision = precision(options);
        Device device = Device.started(options.choice(DEVICE), precision, libraryJars, platform);
        if (device.cuda() && device.noCuda().isPresent()) {
            throw new BackendException("CUDA cannot be used: " + device.noCuda().get());
        }
        SessionSettings settings =
                new SessionSettings((int) options.integer(THREADS), (int) options.integer(SPIN), device.cuda());
        return new OnnxBackend(
                words(device, DescribedMachine.current(), options),
                device.noCuda()
                        .map(why -> List.of("CUDA cannot be used: " + why + "; using the CPU"))
                        .orElse(List.of()),
                new Sessions(NativeLibrary.load(), settings),
                precision);
    }
}
