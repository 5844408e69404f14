package org.nextscale.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.backend.support.TokenizerTensors;
import org.nextscale.backend.support.TransformerTensors;
import org.nextscale.checkpoint.internal.AllocationMeter;
import org.nextscale.checkpoint.internal.ReferenceVectors;
import org.nextscale.model.description.ModelConfig;
import org.nextscale.model.description.PublishedModel;
import org.nextscale.model.internal.recognition.ShapesOnly;
import org.nextscale.model.internal.recognition.TokenizerRecognition;
import org.nextscale.model.internal.recognition.TransformerRecognition;
import org.nextscale.model.making.ModelConversion;

/**
 * Fuzzing above the file formats: damaged descriptions, and tensors whose shapes make no sense. The outcome is a model or
 * one {@link InvalidInputException} of one line. {@code -Dnextscale.seed=SEED} repeats a failure.
 */
class MutatedModelsTest {
    private static final int MUTATIONS = Integer.getInteger("nextscale.mutations", 2000);
    private static final Long SEED = Long.getLong("nextscale.seed");
    private static final String[] PIECES = {
        "-1",
        "0",
        "1e9",
        "99999999999999999999",
        "2147483647",
        "[]",
        "{}",
        "null",
        "true",
        "\"\"",
        "\"\\u0000\"",
        "[".repeat(2000),
        "{\"a\":".repeat(2000),
        ",",
        ":",
        "\"",
        "}",
        "[1,1,1]",
        "NaN",
        "1.5"
    };

    @TempDir
    Path folder;

    private interface Attempt {
        void run(Random random) throws IOException;
    }

    private static void repeat(String what, Attempt attempt) throws IOException {
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            long seed = SEED != null ? SEED : what.hashCode() * 1_000_003L + i;
            String described = what + ", -Dnextscale.seed=" + seed;
            AllocationMeter meter = AllocationMeter.start();
            try {
                attempt.run(new Random(seed));
            } catch (InvalidInputException e) {
                refused++;
                assertEquals(1, e.getMessage().lines().count(), described + ": " + e.getMessage());
                assertTrue(e.getMessage().length() < 3000, described + ": " + e.getMessage());
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
                fail(described, e);
            }
            assertTrue(meter.bytes() < 32 << 20, described + " allocated " + meter.bytes());
            if (SEED != null) {
                return;
            }
        }
        assertTrue(refused > 0, "no mutation of " + what + " was refused");
    }

    private static byte[] mutate(byte[] good, Random random) {
        int at = random.nextInt(good.length);
        String text = new String(good, StandardCharsets.UTF_8);
        switch (random.nextInt(4)) {
            case 0 -> {
                byte[] bytes = good.clone();
                bytes[at] = (byte) random.nextInt(256);
                return bytes;
            }
            case 1 -> {
                return Arrays.copyOf(good, at);
            }
            case 2 -> {
                int cut = Math.min(at, text.length());
                text = text.substring(0, cut) + PIECES[random.nextInt(PIECES.length)] + text.substring(cut);
            }
            default -> {
                List<Integer> values = new ArrayList<>();
                for (int i = 0; i < text.length() - 1; i++) {
                    if (text.charAt(i) == ':') {
                        values.add(i + 1);
                    }
                }
                int from = values.get(random.nextInt(values.size()));
                int to = from;
                while (to < text.length() && ",}\n".indexOf(text.charAt(to)) < 0) {
                    to++;
                }
                text = text.substring(0, from) + PIECES[random.nextInt(PIECES.length)] + text.substring(to);
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void descriptions() throws IOException {
        Path model = folder.resolve("model");
        new ModelConversion(
                        List.of(ReferenceVectors.set("shared-aln")),
                        Optional.empty(),
                        model,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        "test")
                .run(ProgressListener.NONE, Cancellation.NEVER);
        Path file = model.resolve("model.json");
        byte[] good = Files.readAllBytes(file);
        repeat("model.json", random -> {
            Files.write(file, mutate(good, random));
            ModelPackage.open(model).close();
        });
    }

    @Test
    void configurations() throws IOException {
        byte[] good = Files.readAllBytes(ReferenceVectors.set("shared-aln/config.json"));
        List<Path> files = List.of(ReferenceVectors.set("shared-aln/ar-ckpt-last.pth"));
        Path file = folder.resolve("config.json");
        repeat("config.json", random -> {
            Files.write(file, mutate(good, random));
            ModelConfig.read(file);
            if (random.nextInt(8) == 0) {
                ModelPackage.ofCheckpoints(files, Optional.of(file)).close();
            }
        });
    }

    @Test
    void shapes() throws IOException {
        List<TensorShape> transformer = TransformerTensors.all(PublishedModel.VAR_D16.transformer());
        List<TensorShape> tokenizer = TokenizerTensors.all(PublishedModel.TOKENIZER, ScalePyramid.PX256);
        repeat("shapes", random -> {
            boolean first = random.nextBoolean();
            ShapesOnly shapes = ShapesOnly.of("shapes.pth", first ? transformer : tokenizer);
            List<WeightInfo> weights = List.copyOf(shapes.weights());
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                WeightInfo each = weights.get(random.nextInt(weights.size()));
                switch (random.nextInt(3)) {
                    case 0 -> shapes.remove(each.name());
                    case 1 -> shapes.put(each.name(), DataType.values()[random.nextInt(4)], each.shape());
                    default -> {
                        List<Long> shape = new ArrayList<>(each.shape());
                        long[] sizes = {0, 1, 2, 1L << 31, Long.MAX_VALUE, 1024, 33};
                        shape.set(random.nextInt(shape.size()), sizes[random.nextInt(sizes.length)]);
                        shapes.put(each.name(), DataType.F32, shape);
                    }
                }
            }
            if (first) {
                TransformerRecognition.recognize(shapes, ModelConfig.NONE);
            } else {
                TokenizerRecognition.recognize(shapes, ModelConfig.NONE, ScalePyramid.PX256);
            }
        });
    }
}
