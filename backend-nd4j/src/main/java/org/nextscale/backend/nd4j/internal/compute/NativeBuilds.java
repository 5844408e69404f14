package org.nextscale.backend.nd4j.internal.compute;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.nextscale.api.backend.Machine;
import org.nextscale.backend.support.Vectors;

/**
 * Which of ND4J's native builds run on a machine. Loads nothing.
 *
 * @param platform as JavaCPP names it: {@code linux-x86_64}; empty if the library exists for no such machine
 * @param vectors what the processor computes with
 */
public record NativeBuilds(String platform, Vectors vectors) {
    private static final String RESOURCES = "org/nd4j/linalg/cpu/nativecpu/bindings/";

    /** Of this platform. */
    public static NativeBuilds of(Machine machine) {
        return new NativeBuilds(
                platform(System.getProperty("os.name", ""), System.getProperty("os.arch", "")), Vectors.of(machine));
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

    /**
     * Builds of ND4J's library that run here, the fastest first: what its artifacts' classifiers end in after the
     * platform. The builds differ in ND4J's own loops only. oneDNN, in all but the last, looks at the processor itself.
     */
    List<String> variants() {
        List<String> variants = new ArrayList<>();
        if (vectors == Vectors.AVX512) {
            variants.add("-onednn-avx512");
        }
        if (vectors != Vectors.NARROW) {
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
