package org.nextscale.backend.onnx.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.nextscale.backend.onnx.internal.runtime.Cuda;
import org.nextscale.backend.onnx.internal.runtime.GpuJar;
import org.nextscale.backend.onnx.internal.runtime.Platform;
import org.nextscale.backend.onnx.internal.transformer.Precision;

/**
 * Where it computes.
 *
 * @param cuda on an NVIDIA GPU, as far as is known
 * @param noCuda why not, where a GPU was asked for or its libraries are there; with {@code cuda} it cannot compute at all
 */
record Device(boolean cuda, Optional<String> noCuda) {
    static final String AUTO = "auto";
    static final String CPU = "cpu";
    static final String CUDA = "cuda";

    /** What was asked for, as far as that can be told without loading anything. */
    static Device probed(String asked, Precision precision, List<Path> offered, Platform platform) {
        Device device = of(asked, precision, offered, platform, Cuda::obstacle);
        if (asked.equals(AUTO) && device.cuda) {
            // It will be tried again; until then nobody should count on it.
            Optional<String> failure = Cuda.lastFailure(platform).map(reason -> reason + " (when last tried)");
            return failure.isPresent() ? new Device(false, failure) : device;
        }
        return device;
    }

    /** What was asked for, with the libraries for it loaded and tried. */
    static Device started(String asked, Precision precision, List<Path> offered, Platform platform) {
        return of(asked, precision, offered, platform, jar -> Cuda.start(jar, platform));
    }

    private static Device of(
            String asked,
            Precision precision,
            List<Path> offered,
            Platform platform,
            Function<GpuJar, Optional<String>> check) {
        Optional<GpuJar> jar = asked.equals(CPU) ? Optional.empty() : GpuJar.find(offered, platform);
        boolean bytes = precision == Precision.INT8;
        if (asked.equals(CUDA)) {
            return new Device(
                    true,
                    bytes
                            ? Optional.of("precision=int8 is for the CPU")
                            : jar.isPresent()
                                    ? check.apply(jar.get())
                                    : Optional.of("there is no onnxruntime_gpu jar"));
        }
        if (jar.isEmpty() || bytes) {
            return new Device(false, Optional.empty());
        }
        Optional<String> obstacle = check.apply(jar.get());
        return new Device(obstacle.isEmpty(), obstacle);
    }
}
