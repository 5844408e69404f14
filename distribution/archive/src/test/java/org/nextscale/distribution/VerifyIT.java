package org.nextscale.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.distribution.Distribution.Outcome;

/** The distribution computes what the reference implementation does, in its container and on a plain class path. */
class VerifyIT {

    private static final Path VECTORS = Path.of(System.getProperty("nextscale.root"), "reference-vectors");

    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource("setsBackendsAndContainers")
    void agreesWithTheReference(String set, String backend, String container) throws Exception {
        Outcome outcome = Distribution.run(
                Map.of("NEXTSCALE_CONTAINER", container),
                "verify",
                VECTORS.resolve(set).toString(),
                "--backend",
                backend);
        assertEquals(0, outcome.exitCode(), outcome::toString);
        assertTrue(outcome.out().contains("greedy.tokens.0"), outcome::toString);
        assertTrue(outcome.out().contains(" on " + backend + " ("), outcome::toString);
    }

    static Stream<Arguments> setsBackendsAndContainers() {
        return Stream.of("base", "shared-aln", "plain-attn")
                .flatMap(set -> Distribution.BACKENDS.stream()
                        .flatMap(backend -> Stream.of("felix", "none").map(c -> Arguments.of(set, backend, c))));
    }

    @ParameterizedTest
    @CsvSource({"encoder_features", "teacher_forcing_logits", "greedy.tokens.2", "sampled.image"})
    void noticesOneChangedValue(String tensor) throws Exception {
        copySet("plain-attn");
        changeOneValue(folder.resolve("expected.safetensors"), tensor);
        Outcome outcome = Distribution.run("verify", folder.toString(), "--backend", "nd4j");
        assertEquals(1, outcome.exitCode(), outcome::toString);
        String line = outcome.out()
                .lines()
                .filter(text -> text.startsWith(tensor + " "))
                .findFirst()
                .orElseThrow();
        assertTrue(!line.endsWith(" ok"), line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"felix", "none"})
    void computesTheMetricsThatTheFieldDoes(String container) throws Exception {
        Path file = Files.copy(VECTORS.resolve("metrics.safetensors"), folder.resolve("metrics.safetensors"));
        Map<String, String> environment = Map.of("NEXTSCALE_CONTAINER", container);
        Outcome outcome = Distribution.run(environment, "verify", file.toString());
        assertEquals(0, outcome.exitCode(), outcome::toString);
        assertTrue(outcome.out().contains("all 6 metrics hold"), outcome::toString);
        changeOneValue(file, "generated_features");
        outcome = Distribution.run(environment, "verify", file.toString());
        assertEquals(1, outcome.exitCode(), outcome::toString);
        assertTrue(outcome.out().contains("FAILED"), outcome::toString);
    }

    @Test
    void saysThatAFolderHoldsNoReference() throws Exception {
        Outcome outcome = Distribution.run("verify", folder.toString());
        assertEquals(2, outcome.exitCode(), outcome::toString);
        assertEquals(1, outcome.err().lines().count(), outcome::toString);
    }

    private void copySet(String set) throws IOException {
        try (Stream<Path> files = Files.list(VECTORS.resolve(set))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }

    /** Adds one to the first value of a tensor, be it a whole number or a float32. */
    private static void changeOneValue(Path file, String tensor) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int headerLength = (int) buffer.getLong(0);
        String header = new String(bytes, Long.BYTES, headerLength, StandardCharsets.UTF_8);
        Matcher entry = Pattern.compile("\"" + Pattern.quote(tensor)
                        + "\"\\s*:\\s*\\{\\s*\"dtype\"\\s*:\\s*\"(\\w+)\"[^}]*\"data_offsets\"\\s*:\\s*\\[\\s*(\\d+)")
                .matcher(header);
        assertTrue(entry.find(), tensor);
        int at = Long.BYTES + headerLength + Integer.parseInt(entry.group(2));
        if (entry.group(1).equals("F32")) {
            buffer.putFloat(at, buffer.getFloat(at) + 1);
        } else {
            buffer.put(at, (byte) (buffer.get(at) + 1));
        }
        Files.write(file, bytes);
    }
}
