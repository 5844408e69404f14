package org.nextscale.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole benchmark on the smallest model, with real processes; its numbers mean nothing. */
class BenchIT {

    @Test
    void measuresBackendsAndPeer(@TempDir Path out) throws IOException {
        Path model = Path.of(System.getProperty("nextscale.root"), "reference-vectors", "shared-aln");
        Bench.main(new String[] {
            "--model", model.toString(),
            "--backends", "onnx",
            "--libtorch", "threads=1",
            "--rounds", "1",
            "--warm-up", "1",
            "--batches", "1",
            "--threads", "1",
            "--out", out.toString()
        });
        assertTrue(Files.readString(out.resolve("bench.txt")).contains("\nonnx / libtorch as it comes"));
        assertTrue(Files.size(out.resolve("bench.png")) > 0);
        JsonObject contestants = JsonParser.parseString(Files.readString(out.resolve("bench.json")))
                .getAsJsonObject()
                .getAsJsonObject("contestants");
        assertEquals(Set.of("onnx", "libtorch default", "libtorch threads=1"), contestants.keySet());
    }
}
