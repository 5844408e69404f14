package org.nextscale.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code nextscale shell} as a process that reads its lines from a pipe. */
class ShellIT {

    private static final int TERMINATED = 128 + 15;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"felix", "none"})
    void makesImagesOnOneBackendAfterTheOther(String container) throws Exception {
        Process process = start(container);
        try (BufferedWriter lines = process.outputWriter()) {
            lines.write("generate --class \"ankle boot\" --out " + folder.resolve("1.png") + "\n");
            lines.write("generate --class 'ankle boot' --out " + folder.resolve("2.png") + "\n");
            lines.write("use nd4j:threads=1\n");
            lines.write("generate --class ankle\\ boot --out " + folder.resolve("3.png") + "\n");
        }
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "ends with its input");
        assertEquals(0, process.exitValue(), this::said);
        List<String> said = said().lines().toList();
        assertEquals(4, said.size(), said::toString);
        assertTrue(said.get(0).contains(" on onnx, "), said::toString);
        assertTrue(said.get(1).contains(" on onnx, "), said::toString);
        assertTrue(said.get(2).startsWith("backend nd4j, "), said::toString);
        assertTrue(said.get(3).contains(" on nd4j, "), said::toString);
    }

    @Test
    void endsAtOnceWhenItIsTerminatedWhileItWaits() throws Exception {
        Process process = start("felix");
        BufferedWriter lines = process.outputWriter();
        lines.write("use onnx\n");
        lines.flush();
        Eventually.holds(() -> said().contains("onnx"), this::said);

        process.destroy();

        assertTrue(process.waitFor(4, TimeUnit.SECONDS), this::said);
        assertEquals(TERMINATED, process.exitValue());
        assertEquals("backend onnx from the next image on\n", said());
    }

    private Process start(String container) throws IOException {
        Path said = folder.resolve("said.txt");
        return Distribution.start(Map.of("NEXTSCALE_CONTAINER", container), said, said, "shell");
    }

    private String said() {
        try {
            return Files.readString(folder.resolve("said.txt"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
