package org.nextscale.benchmarks.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;

class StepBenchmarkTest {
    private static final String[] TINY = {
        "--depth", "2", "--width", "64", "--heads", "2", "--classes", "3", "--patch-nums", "1,2,3", "--vocabulary",
                "16",
        "--latent", "8", "--batch", "2", "--threads", "1", "--rounds", "1", "--steps", "1", "--memory-steps", "10",
        "--matrix", "64"
    };

    /** Losses are compared on the way: other steps than PyTorch's would be an exception. */
    @Test
    void reportsTheSameStepOfAll() {
        List<String> lines = StepBenchmark.run(TINY);
        for (String row : List.of(StepBenchmark.FLOAT32, StepBenchmark.BFLOAT16)) {
            assertTrue(
                    row(lines, row).matches(".* \\d+\\.\\d +\\d+\\.\\d +\\d+\\.\\d +\\d+\\.\\d{3}"), row(lines, row));
        }
        assertTrue(row(lines, StepBenchmark.PEER + " ").endsWith("1.000"), row(lines, StepBenchmark.PEER + " "));
        assertTrue(row(lines, "losses of 3 steps").contains("equal within"));
        assertTrue(row(lines, "the peak: libtorch's product of two 64 x 64").endsWith("GFLOP/s"));
        double early = megabytes(lines, "after 4 steps");
        double late = megabytes(lines, "after 14 steps");
        assertTrue(early > 50 && late > 50, early + " MB, " + late + " MB: a JVM with libtorch is larger");
        assertEquals(late - early, megabytes(lines, "growth"), 0.11, "of rounded numbers");
    }

    private static String row(List<String> lines, String start) {
        return lines.stream()
                .filter(line -> line.startsWith(start))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row " + start + " in\n" + String.join("\n", lines)));
    }

    private static double megabytes(List<String> lines, String start) {
        String[] cells = row(lines, start).split(" +");
        return Double.parseDouble(cells[cells.length - 1]);
    }

    /** One block of width 2 without a hidden layer to speak of, two scales: counted by hand. */
    @Test
    void workIsWhatTheMathematicsNeeds() {
        TransformerSpec spec = TransformerSpec.builder(1)
                .width(2)
                .heads(1)
                .feedForward(3)
                .classes(1)
                .latentChannels(5)
                .vocabularySize(7)
                .pyramid(ScalePyramid.of(1, 2))
                .build();
        int tokens = 5;
        int weightsOfAll = 2 * 6 + 2 * 2 + 2 * 3 + 3 * 2 + 2 * 7;
        int embedding = 4 * 2 * 5;
        int adaLn = 2 * 6 * 2 + 2 * 2 * 2;
        int pairs = 1 + 4 * 5;
        double image = 6 * (tokens * weightsOfAll + embedding + adaLn) + 3.5 * (2 * 2 * pairs * 2);
        assertEquals(3 * image, StepWork.of(spec, 3));
    }

    @Test
    void unknownOptionsAreRefused() {
        assertThrows(InvalidInputException.class, () -> StepOptions.parse("--deep", "4"));
        assertThrows(InvalidInputException.class, () -> StepOptions.parse("--depth", "0"));
        assertThrows(InvalidInputException.class, () -> StepOptions.parse("--depth"));
    }
}
