package org.nextscale.backend.nd4j.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.backend.support.DescribedMachine;
import org.nextscale.backend.support.DescribedProbe;
import org.nextscale.model.description.PublishedModel;

class Nd4jBackendProviderTest {

    /** In a JVM of its own, since in this one other tests may have loaded the library. */
    @Test
    void probingLoadsNothingNative() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Probe.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(1, TimeUnit.MINUTES), "the probe ends");
        assertEquals("available, native: false", output.strip());
    }

    /** Prints what the probe says and whether the process then holds a native library of ND4J. */
    static final class Probe {
        public static void main(String[] args) throws IOException {
            Availability availability = probe(DescribedMachine.current());
            String maps = Files.readString(Path.of("/proc/self/maps"));
            System.out.println((availability.isAvailable() ? "available" : availability.reason()) + ", native: "
                    + (maps.contains("libnd4jcpu") || maps.contains("libjnijavacpp")));
        }
    }

    @Test
    void saysWhatItRunsOn() {
        Availability availability = probe(DescribedMachine.current());
        assertTrue(availability.isAvailable(), availability.reason());
        assertTrue(availability.device().startsWith("CPU, oneDNN"), availability.device());
    }

    @Test
    void scoresByTheProcessorsVectors() {
        assertEquals(
                100,
                probe(machine("avx512f", "avx512bw", "avx512dq", "avx512vl")).score());
        assertEquals(50, probe(machine("avx2", "fma")).score());
        assertEquals(25, probe(machine()).score());
    }

    private static DescribedMachine machine(String... features) {
        return new DescribedMachine(Set.of(features), OptionalLong.empty());
    }

    private static Availability probe(DescribedMachine machine) {
        Nd4jBackendProvider provider = new Nd4jBackendProvider();
        return provider.probe(new DescribedProbe(
                ParameterValues.of("backend nd4j", provider.parameters(), Map.of()), Optional.empty(), machine));
    }

    /** Measured: 1.7 GB of weights and 2.3 GB resident at the highest, the Java VM with its heap among them. */
    @Test
    void aFullSizeModelNeedsItsWeightsAndAnImage() {
        Nd4jBackendProvider provider = new Nd4jBackendProvider();
        Availability availability = provider.probe(new DescribedProbe(
                values(provider, "2"),
                Optional.of(PublishedModel.VAR_D16.spec()),
                new DescribedMachine(Set.of(), OptionalLong.of(1_500_000_000))));
        assertEquals(
                "needs about 2.0 GB of memory, 1.5 GB are free: this backend computes in float32 only",
                availability.reason());
        assertTrue(availability.lacksMemory());
    }

    @Test
    void takesANumberOfThreads() {
        Nd4jBackendProvider provider = new Nd4jBackendProvider();
        try (Backend backend = provider.open(values(provider, "1"))) {
            assertTrue(backend.device().endsWith(", 1 thread"), backend.device());
        }
        try (Backend backend = provider.open(values(provider, "3"))) {
            assertTrue(backend.device().endsWith(", 3 threads"), backend.device());
        }
        assertThrows(InvalidInputException.class, () -> values(provider, "0"));
    }

    private static ParameterValues values(Nd4jBackendProvider provider, String threads) {
        return ParameterValues.of("backend nd4j", provider.parameters(), Map.of("threads", threads));
    }
}
