package org.nextscale.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Five hundred generations, one after the other in one process of the distribution, read from outside. */
class ResidentMemoryIT {
    private static final int IMAGES = 500;
    private static final int FIRST = 150;
    /** Code that is still being compiled, and the list of images of the request; a leaked cache would be 300 kB an image. */
    private static final long ALLOWED_MIB = 24;

    @TempDir
    Path folder;

    @Test
    void doesNotGrow() throws Exception {
        // A heap that is whole from the start: what grows is not garbage that nobody has collected yet.
        Map<String, String> environment =
                Map.of("NEXTSCALE_JAVA_OPTS", "-Xms160m -Xmx160m -XX:+AlwaysPreTouch -XX:ReservedCodeCacheSize=64m");
        Path images = folder.resolve("images");
        Process process = Distribution.start(
                environment,
                folder.resolve("out"),
                folder.resolve("err"),
                "generate",
                "--class",
                "all",
                "-n",
                Integer.toString(IMAGES / 10),
                "--batch",
                "1",
                "--out",
                images.toString());
        try {
            long early = 0;
            long late = 0;
            while (process.isAlive()) {
                long made = count(images);
                if (made >= FIRST && early == 0) {
                    early = residentMiB(process);
                }
                late = Math.max(late, made > IMAGES - 30 ? residentMiB(process) : 0);
                process.waitFor(20, TimeUnit.MILLISECONDS);
            }
            assertEquals(0, process.exitValue(), () -> read(folder.resolve("err")));
            assertEquals(IMAGES, count(images));
            assertTrue(early > 0 && late > 0, "resident memory was not read in time");
            assertTrue(late - early <= ALLOWED_MIB, early + " MiB after " + FIRST + " images, " + late + " at the end");
        } finally {
            process.destroyForcibly();
        }
    }

    private static long count(Path images) throws IOException {
        if (!Files.isDirectory(images)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(images)) {
            return files.filter(file -> file.toString().endsWith(".png")).count();
        }
    }

    /** 0 when the process has just ended. */
    private static long residentMiB(Process process) {
        return read(Path.of("/proc", Long.toString(process.pid()), "status"))
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(0);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
