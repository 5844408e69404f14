package org.nextscale.backend.cuda.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The compiled kernels that are committed belong to the sources beside them. */
class KernelsAreCurrentTest {
    private static final Path MODULE = Path.of(System.getProperty("nextscale.root"), "backend-cuda");
    private static final Path SOURCES = MODULE.resolve("src/main/cuda");
    private static final Path KERNELS = MODULE.resolve("src/main/resources/org/nextscale/backend/cuda/kernels");
    private static final String HINT = "run backend-cuda/build-kernels.sh";

    @Test
    void theDigestOfTheSourcesIsTheOneTheyWereCompiledFrom() throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (String kind : List.of(".cu", ".cuh")) {
            for (Path file : files(SOURCES, kind)) {
                digest.update(Files.readAllBytes(file));
            }
        }
        String expected = Files.readString(KERNELS.resolve("sources.sha256")).strip();
        assertEquals(expected, HexFormat.of().formatHex(digest.digest()), HINT);
    }

    @Test
    void ptxIsStampedForOlderDrivers() throws IOException {
        String ptx = Files.readString(KERNELS.resolve("kernels.ptx"));
        assertTrue(ptx.contains("\n.version 8.0\n.target sm_80\n"), HINT);
    }

    /** nvcc makes the same of the same sources, in a minute; another release may not. The digest is looked at in every build. */
    @Test
    @Tag("soak")
    void compilingAgainMakesTheSame(@TempDir Path again) throws IOException, InterruptedException {
        assumeTrue(hasSameCompiler(), "no nvcc of the release that compiled the kernels");
        Process build = new ProcessBuilder(
                        "sh", MODULE.resolve("build-kernels.sh").toString(), again.toString())
                .redirectErrorStream(true)
                .redirectOutput(again.resolve("log").toFile())
                .start();
        assertTrue(build.waitFor(10, TimeUnit.MINUTES), "nvcc takes too long");
        assertEquals(0, build.exitValue(), () -> read(again.resolve("log")));
        for (Path file : files(KERNELS, "")) {
            assertArrayEquals(
                    Files.readAllBytes(file),
                    Files.readAllBytes(again.resolve(file.getFileName())),
                    file + ": " + HINT);
        }
    }

    private static boolean hasSameCompiler() throws IOException, InterruptedException {
        try {
            Process nvcc = new ProcessBuilder("nvcc", "--version")
                    .redirectErrorStream(true)
                    .start();
            String version = new String(nvcc.getInputStream().readAllBytes())
                    .lines()
                    .skip(4)
                    .findFirst()
                    .orElse("");
            String id = version.replaceAll(".*compiler\\.([0-9]+)_.*", "$1");
            return nvcc.waitFor() == 0
                    && Files.readString(KERNELS.resolve("kernels.ptx")).contains("Compiler Build ID: CL-" + id + "\n");
        } catch (IOException e) {
            return false;
        }
    }

    private static List<Path> files(Path folder, String kind) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(kind)).sorted().toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
