package org.nextscale.backend.nd4j.internal.compute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The machine as far as choosing a native library goes. Reads what the operating system tells about the processor and
 * loads nothing.
 *
 * @param platform as JavaCPP names it: {@code linux-x86_64}; empty if the library exists for no such machine
 * @param features what the processor can do, in the kernel's words ({@code avx2}, {@code avx512f}); empty if not known
 */
public record Machine(String platform, Set<String> features) {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final Set<String> AVX2 = Set.of("avx2", "fma");
    private static final Set<String> AVX512 = Set.of("avx512f", "avx512bw", "avx512dq", "avx512vl");
    private static final String RESOURCES = "org/nd4j/linalg/cpu/nativecpu/bindings/";

    public Machine {
        features = Set.copyOf(features);
    }

    public static Machine current() {
        return new Machine(
                platform(System.getProperty("os.name", ""), System.getProperty("os.arch", "")), readFeatures());
    }

    static String platform(String osName, String osArch) {
        String os = osName.toLowerCase(Locale.ROOT);
        String system = os.startsWith("linux")
                ? "linux"
                : os.startsWith("mac") ? "macosx" : os.startsWith("windows") ? "windows" : "";
        String processor = switch (osArch.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64", "x86-64" -> "x86_64";
            case "aarch64", "arm64" -> "arm64";
            default -> "";
        };
        return system.isEmpty() || processor.isEmpty() ? "" : system + "-" + processor;
    }

    private static Set<String> readFeatures() {
        try {
            if (Files.isReadable(CPU_INFO)) {
                return features(Files.readAllLines(CPU_INFO));
            }
        } catch (IOException | RuntimeException e) {
            // Not knowing means taking the build that runs anywhere.
        }
        return Set.of();
    }

    static Set<String> features(List<String> cpuInfo) {
        for (String line : cpuInfo) {
            int colon = line.indexOf(':');
            if (colon > 0 && (line.startsWith("flags") || line.startsWith("Features"))) {
                return Set.of(line.substring(colon + 1).strip().split("\\s+"));
            }
        }
        return Set.of();
    }

    /** Widest vector instructions, in words. */
    public String instructions() {
        return features.containsAll(AVX512) ? "AVX-512" : features.containsAll(AVX2) ? "AVX2" : "baseline instructions";
    }

    /**
     * Builds of ND4J's library that run here, the fastest first: what its artifacts' classifiers end in after the
     * platform. The builds differ in ND4J's own loops only. oneDNN, in all but the last, looks at the processor itself.
     */
    List<String> variants() {
        List<String> variants = new ArrayList<>();
        if (features.containsAll(AVX512)) {
            variants.add("-onednn-avx512");
        }
        if (features.containsAll(AVX2)) {
            variants.add("-onednn-avx2");
        }
        variants.add("-onednn");
        variants.add("");
        return variants;
    }

    /** The fastest of {@link #variants()} that this jar or the class path carries. */
    public Optional<String> bestVariant(ClassLoader resources) {
        if (platform.isEmpty()) {
            return Optional.empty();
        }
        String library = System.mapLibraryName("jnind4jcpu");
        return variants().stream()
                .filter(variant -> resources.getResource(RESOURCES + platform + variant + "/" + library) != null)
                .findFirst();
    }
}
