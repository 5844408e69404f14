package org.nextscale.cli.internal.output;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.nextscale.api.generation.BatchProgress;
import org.nextscale.api.generation.GenerationListener;
import org.nextscale.api.generation.ScaleProgress;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.cli.internal.text.Duration;
import org.nextscale.cli.internal.text.Json;
import org.nextscale.cli.internal.text.Table;
import org.nextscale.model.FlopCount;

/**
 * Where the time of a request went: transformer and all else scale by scale, and the decoder, with the useful arithmetic a
 * second (see {@link FlopCount}). Times of all batches are added up.
 */
public final class Profile implements GenerationListener {
    private static final double NANOSECONDS = 1e9;
    private static final double MILLISECOND = 1e6;

    private final ModelSpec spec;
    private final long[] total;
    private final long[] transformer;
    private final long[] operations;
    private long decoder;
    private long decoderOperations;
    private long loading;

    public Profile(ModelSpec spec) {
        this.spec = spec;
        int scales = spec.pyramid().scales();
        total = new long[scales];
        transformer = new long[scales];
        operations = new long[scales];
    }

    @Override
    public void scaleDone(ScaleProgress progress) {
        int k = progress.scale().index();
        int rows = progress.images() * (progress.isGuided() ? 2 : 1);
        total[k] += progress.nanoseconds();
        transformer[k] += progress.transformerNanoseconds();
        operations[k] += FlopCount.transformer(spec.transformer(), progress.scale(), rows);
    }

    @Override
    public void decoded(BatchProgress progress) {
        decoder += progress.nanoseconds();
        decoderOperations += FlopCount.decoder(spec.tokenizer(), spec.pyramid().finestSide(), progress.images());
    }

    /** Time the model took to load. */
    public void loaded(long nanoseconds) {
        loading = nanoseconds;
    }

    /** A table for people. */
    public List<String> lines() {
        Table table = new Table("lrrrrr");
        table.add("scale", "tokens", "ms", "transformer ms", "GFLOP", "GFLOP/s");
        long time = 0;
        long inTransformer = 0;
        long work = 0;
        for (int k = 0; k < total.length; k++) {
            int side = spec.pyramid().side(k);
            row(
                    table,
                    (k + 1) + " (" + side + " x " + side + ")",
                    spec.pyramid().tokens(k),
                    total[k],
                    transformer[k],
                    operations[k]);
            time += total[k];
            inTransformer += transformer[k];
            work += operations[k];
        }
        row(table, "all scales", spec.pyramid().totalTokens(), time, inTransformer, work);
        table.add("decoder", "", milliseconds(decoder), "", giga(decoderOperations), rate(decoderOperations, decoder));
        table.add("loading", "", milliseconds(loading));
        List<String> lines = table.lines();
        OptionalLong peak = peakMemory();
        if (peak.isPresent()) {
            lines = new ArrayList<>(lines);
            lines.add("peak memory of the process: " + Duration.fixed(peak.getAsLong() / 1e6, 0) + " MB");
        }
        return lines;
    }

    private static void row(Table table, String name, int tokens, long time, long transformer, long operations) {
        table.add(
                name,
                tokens,
                milliseconds(time),
                milliseconds(transformer),
                giga(operations),
                rate(operations, transformer));
    }

    /** The same for programs: nanoseconds and operations as they are. */
    public JsonObject json() {
        JsonArray scales = new JsonArray();
        for (int k = 0; k < total.length; k++) {
            scales.add(Json.object(
                    "scale",
                    k,
                    "side",
                    spec.pyramid().side(k),
                    "tokens",
                    spec.pyramid().tokens(k),
                    "nanoseconds",
                    total[k],
                    "transformer-nanoseconds",
                    transformer[k],
                    "operations",
                    operations[k]));
        }
        JsonObject json = Json.object(
                "scales", scales,
                "decoder-nanoseconds", decoder,
                "decoder-operations", decoderOperations,
                "loading-nanoseconds", loading);
        peakMemory().ifPresent(bytes -> json.addProperty("peak-memory-bytes", bytes));
        return json;
    }

    private static String milliseconds(long nanoseconds) {
        return Duration.fixed(nanoseconds / MILLISECOND, 1);
    }

    private static String giga(long operations) {
        return Duration.fixed(operations / 1e9, 2);
    }

    private static String rate(long operations, long nanoseconds) {
        return nanoseconds == 0 ? "" : Duration.fixed(operations / 1e9 / (nanoseconds / NANOSECONDS), 1);
    }

    /** Largest resident memory of this process so far, in bytes, where the system says it (Linux). */
    private static OptionalLong peakMemory() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmHWM:")) {
                    String kibibytes =
                            line.substring("VmHWM:".length()).replace("kB", "").strip();
                    return OptionalLong.of(Long.parseLong(kibibytes) * 1024);
                }
            }
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
        return OptionalLong.empty();
    }
}
