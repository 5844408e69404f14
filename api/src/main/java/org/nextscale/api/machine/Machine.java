package org.nextscale.api.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A machine, as far as choosing a backend goes. It is what the operating system tells; nothing native is loaded to find it
 * out. Immutable.
 *
 * @param features what the processor can do, in the kernel's words ({@code avx2}, {@code avx512f}, {@code asimd}); empty
 *     where the system does not say (anything but Linux)
 * @param freeMemory bytes of memory that can be used without swapping, container limits respected; empty if not known
 */
public record Machine(Set<String> features, OptionalLong freeMemory) {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    public Machine {
        features = Set.copyOf(features);
    }

    /** This machine at this moment. Takes a millisecond or a few, and never throws. */
    public static Machine current() {
        return new Machine(Processor.FEATURES, FreeMemory.now());
    }

    /** The widest vectors it computes with. */
    public Vectors vectors() {
        return Vectors.of(features);
    }

    /** Whether it multiplies and adds bytes in one instruction (VNNI), which makes int8 faster than float32. */
    public boolean multipliesBytes() {
        return features.contains("avx512_vnni") || features.contains("avx_vnni");
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

    /** Read once: a processor does not change. */
    private static final class Processor {
        static final Set<String> FEATURES = read();

        private static Set<String> read() {
            try {
                return Files.isReadable(CPU_INFO) ? features(Files.readAllLines(CPU_INFO)) : Set.of();
            } catch (IOException | RuntimeException e) {
                return Set.of();
            }
        }
    }
}
