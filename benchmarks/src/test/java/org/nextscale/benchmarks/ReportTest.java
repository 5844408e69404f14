package org.nextscale.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.benchmarks.subject.ImageTimes;
import org.nextscale.model.description.PublishedModel;

class ReportTest {
    private static final ModelSpec SPEC = PublishedModel.named("var_d16").spec();

    private final Results results = results();

    private static Results results() {
        Results results = new Results();
        results.model = "var_d16";
        results.weightBytes = 1_600_000_000;
        results.libtorch = "libtorch default";
        results.bestLibtorch = "libtorch threads=1";
        results.contestants.put("onnx", measured(800, 400));
        results.contestants.put("libtorch default", measured(1600, 800));
        results.contestants.put("libtorch threads=1", measured(1200, 360));
        results.gemm.put("ONNX Runtime", List.of(300.0, 320.0, 310.0));
        results.gemm.put("libtorch default", List.of(200.0, 420.0, 210.0));
        return results;
    }

    /** Rounds in which a scale takes these milliseconds, and as much outside the transformer as in its last scale. */
    private static Results.Measured measured(int... scaleMilliseconds) {
        Results.Measured measured = new Results.Measured();
        measured.device = "CPU";
        measured.peakMemory = 2_000_000_000;
        measured.rounds = IntStream.concat(Arrays.stream(scaleMilliseconds), IntStream.of(scaleMilliseconds[0]))
                .mapToObj(ms -> {
                    long[] scales = new long[10];
                    Arrays.fill(scales, ms * 1_000_000L);
                    return new ImageTimes(scales, scales, 0, 10 * ms * 1_000_000L);
                })
                .toList();
        return measured;
    }

    @Test
    void ratiosArePairByPair() {
        assertEquals(new Spread(0.5, 0.5, 0.5), results.ratio("onnx", "libtorch default"));
        Spread best = results.ratio("onnx", "libtorch threads=1");
        assertEquals(800.0 / 1200, best.median());
        assertEquals(400.0 / 360, best.max());
    }

    @Test
    void peakIsTheFastestEnginesMedian() {
        assertEquals("ONNX Runtime", results.peakEngine());
        assertEquals(310, results.peak());
    }

    @Test
    void targetsSayWhatWasReached() {
        List<Targets.Target> targets = new Targets(SPEC, results).all();
        assertTrue(target(targets, "onnx / libtorch as it comes").met());
        assertFalse(target(targets, "onnx, whole image, share of the GEMM peak").met());
        assertTrue(targets.stream().noneMatch(target -> target.what().startsWith("nd4j")), "it was not measured");
    }

    private static Targets.Target target(List<Targets.Target> targets, String what) {
        return targets.stream()
                .filter(each -> each.what().equals(what))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void reportsAreWhole() {
        results.targets = new Targets(SPEC, results).all();
        String text = String.join("\n", new TextReport(SPEC, results).lines());
        assertTrue(text.contains("0.500"), text);
        assertTrue(text.contains("\nscale 10, 16 x 16"), text);
        assertTrue(text.contains("taken as the peak"), text);
        JsonObject json = JsonParser.parseString(JsonReport.of(SPEC, results)).getAsJsonObject();
        assertTrue(json.getAsJsonObject("contestants").has("onnx"));
        assertEquals(310, json.get("peakGflops").getAsDouble());
        assertTrue(json.getAsJsonArray("targets")
                .get(0)
                .getAsJsonObject()
                .get("met")
                .getAsBoolean());
    }
}
