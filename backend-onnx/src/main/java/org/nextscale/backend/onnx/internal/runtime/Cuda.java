package org.nextscale.backend.onnx.internal.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nextscale.backend.onnx.internal.graph.Attribute;
import org.nextscale.backend.onnx.internal.graph.GraphBuilder;
import org.nextscale.backend.onnx.internal.graph.Value;
import org.nextscale.backend.support.UserCache;

/**
 * Computing on an NVIDIA GPU: whether it works here, and why not. The first answer of a process holds until it ends. A
 * failure is also written down beside the unpacked libraries, since probing must not load them: the next process knows of
 * it before it tries again.
 */
public final class Cuda {
    /** Which of several GPUs. */
    private static final int FIRST_GPU = 0;

    private static final int TRIAL_SIDE = 8;
    private static final String FAILURE_FILE = "cuda-failed.txt";

    private static boolean works;
    private static Optional<String> failure = Optional.empty();

    private Cuda() {}

    /** Why it cannot be tried, or has failed in this process; loads nothing. */
    public static synchronized Optional<String> obstacle(GpuJar jar) {
        if (works || failure.isPresent()) {
            return failure;
        }
        if (jar.problem().isPresent()) {
            return Optional.of(jar.name() + " " + jar.problem().get());
        }
        if (NativeLibrary.isLoaded()) {
            return Optional.of("ONNX Runtime is loaded for the CPU in this process: start Nextscale again");
        }
        return NvidiaDriver.isThere() ? Optional.empty() : Optional.of("no NVIDIA driver is installed");
    }

    /** Why it failed when it was last tried, in another process perhaps; loads nothing. */
    public static Optional<String> lastFailure(Platform platform) {
        Optional<Path> file = folder(platform).map(folder -> folder.resolve(FAILURE_FILE));
        try {
            return file.isPresent() && Files.isReadable(file.get())
                    ? Optional.of(Files.readString(file.get()).strip())
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Loads the jar's libraries, if they are not, and computes something on the GPU.
     *
     * @return why that cannot be done; ONNX Runtime can then be used on the CPU
     */
    public static synchronized Optional<String> start(GpuJar jar, Platform platform) {
        Optional<String> obstacle = obstacle(jar);
        if (works || obstacle.isPresent()) {
            return obstacle;
        }
        try {
            tryOut(NativeLibrary.load(jar, platform));
            works = true;
        } catch (OrtException e) {
            failure = Optional.of(whatIsMissing(platform).orElse(reason(e, platform)));
        } catch (IOException | LinkageError e) {
            failure = Optional.of(reason(e, platform));
        } catch (RuntimeException e) {
            // It is about this process, and of no use to the next.
            failure = Optional.of(reason(e, platform));
            return failure;
        }
        writeDown(platform);
        return failure;
    }

    static void addTo(SessionOptions options) throws OrtException {
        options.addCUDA(FIRST_GPU);
    }

    /** A convolution needs cuDNN, and a product cuBLAS. */
    private static void tryOut(OrtEnvironment environment) throws OrtException {
        GraphBuilder graph = new GraphBuilder("trial");
        Value x = graph.input("x", 1, 1, TRIAL_SIDE, TRIAL_SIDE);
        Value filter = graph.input("filter", 1, 1, 1, 1);
        Value y = graph.node("Conv", List.of(Attribute.integers("kernel_shape", 1, 1)), x, filter);
        graph.output(graph.named("y", "MatMul", List.of(), y, y), 1, 1, TRIAL_SIDE, TRIAL_SIDE);
        try (SessionOptions options = new SessionOptions()) {
            addTo(options);
            try (OrtSession session = environment.createSession(graph.build(), options)) {
                new Trial(environment, graph.inputs(), Map.of()).run(session);
            }
        }
    }

    /** ONNX Runtime says that its library could not be loaded, and the system's loader, asked again, for want of which other. */
    private static Optional<String> whatIsMissing(Platform platform) {
        try {
            System.load(UserCache.folder(UnpackedLibrary.gpuFolder(platform))
                    .resolve(platform.cudaProvider())
                    .toString());
            return Optional.empty();
        } catch (IOException | UnsatisfiedLinkError e) {
            return Optional.of(reason(e, platform));
        }
    }

    /** In one line: without what ONNX Runtime puts before it, and where a library is unpacked, which the loader says twice. */
    private static String reason(Throwable failed, Platform platform) {
        String message = failed.getMessage() == null ? failed.toString() : failed.getMessage();
        String unpacked =
                folder(platform).map(folder -> folder + File.separator).orElse("");
        return message.replaceFirst("^Error code - \\w+ - message: ", "")
                .replace(unpacked, "")
                .replaceFirst("^(\\S+: )\\1", "$1")
                .replaceAll("\\s+", " ")
                .strip();
    }

    private static Optional<Path> folder(Platform platform) {
        return UserCache.path(UnpackedLibrary.gpuFolder(platform));
    }

    private static void writeDown(Platform platform) {
        try {
            Path file = UserCache.folder(UnpackedLibrary.gpuFolder(platform)).resolve(FAILURE_FILE);
            if (failure.isPresent()) {
                Files.writeString(file, failure.get() + "\n");
            } else {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // Nothing can be kept here: the next process finds out by itself.
        }
    }
}
