package org.nextscale.backend.onnx.internal.runtime;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Whether an NVIDIA driver is installed, by its files alone: without one, half a gigabyte need not be unpacked to fail. */
final class NvidiaDriver {
    /** Of the kernel's module, and of the device through which Linux under Windows sees the card. */
    private static final List<String> TRACES = List.of("proc/driver/nvidia/version", "dev/nvidiactl", "dev/dxg");

    private static final List<String> FOLDERS =
            List.of("usr/lib/x86_64-linux-gnu", "usr/lib64", "usr/lib", "usr/lib/wsl/lib");
    private static final String LIBRARY = "libcuda.so.1";

    private NvidiaDriver() {}

    static boolean isThere() {
        return isThere(Path.of("/"), System.getenv());
    }

    /** @param root of the file system */
    static boolean isThere(Path root, Map<String, String> environment) {
        String windows = environment.get("SystemRoot");
        if (windows != null && Files.exists(Path.of(windows, "System32", "nvcuda.dll"))) {
            return true;
        }
        Stream<Path> system = FOLDERS.stream().map(root::resolve);
        Stream<Path> said = Stream.of(
                        environment.getOrDefault("LD_LIBRARY_PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isBlank())
                .flatMap(NvidiaDriver::path);
        return TRACES.stream().anyMatch(trace -> Files.exists(root.resolve(trace)))
                || Stream.concat(system, said).anyMatch(folder -> Files.exists(folder.resolve(LIBRARY)));
    }

    private static Stream<Path> path(String text) {
        try {
            return Stream.of(Path.of(text));
        } catch (InvalidPathException e) {
            return Stream.empty();
        }
    }
}
