package org.nextscale.backend.onnx.internal.runtime;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A platform that ONNX Runtime has native libraries for.
 *
 * @param name as this project calls it: {@code linux-x86_64}
 * @param folder as ONNX Runtime's jar calls it: {@code linux-x64}
 * @param files the libraries, in the order they are loaded
 */
public record Platform(String name, String folder, List<String> files) {
    private static final String RESOURCES = "/ai/onnxruntime/native/";

    /** The machine's; empty if there are no libraries for it. */
    public static Optional<Platform> current() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        boolean arm = processor.equals("aarch64") || processor.equals("arm64");
        if (!arm && !processor.equals("amd64") && !processor.equals("x86_64")) {
            return Optional.empty();
        }
        if (system.startsWith("linux")) {
            return Optional.of(new Platform(
                    arm ? "linux-arm64" : "linux-x86_64",
                    arm ? "linux-aarch64" : "linux-x64",
                    List.of("libonnxruntime.so", "libonnxruntime4j_jni.so")));
        }
        if (system.startsWith("mac") && arm) {
            return Optional.of(new Platform(
                    "macosx-arm64", "osx-aarch64", List.of("libonnxruntime.dylib", "libonnxruntime4j_jni.dylib")));
        }
        if (system.startsWith("windows") && !arm) {
            return Optional.of(
                    new Platform("windows-x86_64", "win-x64", List.of("onnxruntime.dll", "onnxruntime4j_jni.dll")));
        }
        return Optional.empty();
    }

    /** Where a library is on the class path. */
    String resource(String file) {
        return RESOURCES + folder + "/" + file;
    }

    /** The libraries for NVIDIA GPUs: those for the CPU, which are other builds there, and two more that they load. */
    List<String> gpuFiles() {
        return List.of(files.get(0), files.get(1), library("onnxruntime_providers_shared"), cudaProvider());
    }

    /** The library that only jars for GPUs have. */
    String cudaProvider() {
        return library("onnxruntime_providers_cuda");
    }

    private String library(String other) {
        return files.get(0).replace("onnxruntime", other);
    }

    /** Whether the libraries are in this build; reads none. */
    public boolean isIncluded() {
        return files.stream().allMatch(file -> Platform.class.getResource(resource(file)) != null);
    }
}
