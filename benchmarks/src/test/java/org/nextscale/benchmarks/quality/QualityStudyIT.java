package org.nextscale.benchmarks.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script on a few images of the boxed model, with a classifier of bars; its numbers mean nothing. */
class QualityStudyIT {
    private static final Path ROOT = Path.of(System.getProperty("nextscale.root"));

    @TempDir
    static Path data;

    @BeforeAll
    static void write() throws IOException {
        IdxFiles.write(data, 200, 20);
    }

    @Test
    void aBackendIsLikeItselfInEverything() throws Exception {
        List<String> lines = study("--candidate", "onnx:threads=1");
        String finest = line(lines, "scale 6, 8 x 8");
        assertTrue(finest.matches("scale 6, 8 x 8 +1280 +0 +100.00 +100.00 .* 100.00 +0.0"), finest);
        String images = line(lines, "both free");
        assertTrue(images.matches("both free, same noise +20 +100.00 +inf +NaN +inf +100.00"), images);
    }

    @Test
    void int8IsMeasured() throws Exception {
        List<String> lines = study();
        assertEquals("onnx:precision=int8 beside onnx", lines.get(0));
        assertTrue(line(lines, "classifier: ").contains("trained on 200 images"));
        List<String> finest = Arrays.asList(line(lines, "scale 6, 8 x 8").split(" {2,}"));
        assertNotEquals("100.00", finest.get(4), "int8 was not used");
        assertTrue(line(lines, "all ").matches("all +20 .*"));
        assertTrue(line(lines, "Ankle boot").matches("Ankle boot +2 .*"));
        int open = lines.indexOf(line(lines, "Logits of shared-aln, gates open"));
        assertTrue(Double.parseDouble(lines.get(open + 2).split(" {2,}")[2]) > 0);
    }

    private static String line(List<String> lines, String start) {
        return lines.stream()
                .filter(line -> line.startsWith(start))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + start + " in\n" + String.join("\n", lines)));
    }

    private static List<String> study(String... more) throws IOException, InterruptedException {
        Path result = data.resolve("result.txt");
        Path log = data.resolve("log.txt");
        List<String> command = new ArrayList<>(List.of(
                ROOT.resolve("docs/results/int8.sh").toString(),
                "--images",
                "2",
                "--batch",
                "2",
                "--epochs",
                "1",
                "--forced",
                "1",
                "--data",
                data.toString(),
                "--large",
                ROOT.resolve("reference-vectors/shared-aln").toString()));
        command.addAll(List.of(more));
        ProcessBuilder process =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        process.environment().put("RESULT", result.toString());
        assertEquals(0, process.start().waitFor(), () -> read(log));
        return Files.readAllLines(result);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
