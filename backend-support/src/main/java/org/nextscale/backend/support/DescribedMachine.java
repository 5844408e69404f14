package org.nextscale.backend.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.nextscale.api.backend.Machine;

/**
 * A machine as the operating system describes it, or as somebody makes it up; nothing native is loaded to find it out. Immutable.
 */
public record DescribedMachine(Set<String> processorFeatures, OptionalLong freeMemory) implements Machine {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    public DescribedMachine {
        processorFeatures = Set.copyOf(processorFeatures);
    }

    /** This machine at this moment. Takes a millisecond or a few, and never throws. */
    public static DescribedMachine current() {
        return new DescribedMachine(Processor.FEATURES, FreeMemory.now());
    }

    static Set<String> features(List<String> cpuInfo) {
        for (String line : cpuInfo) {
            int colon = line.indexOf(':');
            if (colon > 0 && (line.startsWith("flags") || line.startsWith("Features"))) {
                return new HashSet<>(List.of(line.substring(colon + 1).strip().split("\\s+")));
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
