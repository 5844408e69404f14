package org.nextscale.training.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.image.ImagePart;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.RgbImage;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.training.Trainer;
import org.nextscale.api.training.TrainingListener;
import org.nextscale.api.training.TrainingProgress;
import org.nextscale.api.training.TrainingRequest;
import org.nextscale.image.PngFile;
import org.nextscale.image.internal.set.FolderImageSetProvider;
import org.nextscale.training.internal.run.ChildJvm;
import org.nextscale.training.internal.tokenizer.TokenizerTrainer;
import org.nextscale.training.internal.transformer.TransformerTrainer;

/** 500 steps of a transformer need no more memory than 100. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "reads /proc")
class MemoryTest {
    private static final int EARLY = 100;
    private static final int LATE = 500;

    /**
     * The smallest activation that a block makes is 64 channels of 12 images' 21 tokens in float32, 63 KiB: kept from every
     * step it would be 25 MB. What grows without a leak was 1.3 MB in each of three runs: leaks below some 4 KB a step pass.
     */
    private static final double MOST_MEGABYTES = 3;

    /**
     * A heap that is resident from the beginning and a quarter of which is new, and little compiled code: what grows is
     * native memory.
     */
    private static final List<String> JVM = List.of(
            "-Xms64m",
            "-Xmx64m",
            "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Djava.awt.headless=true",
            "-Dorg.bytedeco.javacpp.cachedir=" + System.getProperty("org.bytedeco.javacpp.cachedir"));

    @Test
    void residentMemoryStaysAfterAHundredSteps(@TempDir Path folder) throws IOException {
        try (ChildJvm child = ChildJvm.start(JVM, Steps.class, folder.toString())) {
            double early = megabytes(child.line());
            double late = megabytes(child.line());
            assertTrue(
                    late - early < MOST_MEGABYTES,
                    "resident after " + EARLY + " steps: " + early + " MB, after " + LATE + ": " + late + " MB");
        }
    }

    private static double megabytes(String line) {
        assertTrue(line != null, "the run failed: see its standard error");
        return Double.parseDouble(line);
    }

    /** A process that trains, and prints its resident memory in MB. */
    static final class Steps {
        private static final Path STATUS = Path.of("/proc/self/status");
        private static final Map<String, String> TOKENIZER = Map.of(
                "patch-nums", "1,2,4",
                "channels", "32",
                "channel-multipliers", "1,1,1",
                "residual-blocks", "1",
                "latent-channels", "8",
                "vocabulary", "16",
                "batch", "4",
                "steps", "1");

        private Steps() {}

        public static void main(String[] arguments) throws IOException {
            Path folder = Path.of(arguments[0]);
            Path data = folder.resolve("data");
            pictures(data);
            Path tokenizer = folder.resolve("tokenizer");
            run(new TokenizerTrainer(), data, tokenizer, TOKENIZER);
            // Checkpoints and samples have been made before the first look, and are made again until the second.
            Map<String, String> settings = Map.of(
                    "tokenizer", tokenizer.toString(),
                    "depth", "2",
                    "width", "64",
                    "batch", "12",
                    "steps", "" + LATE,
                    "average", "0.9",
                    "drop-path", "0.2",
                    "checkpoint-every", "50",
                    "sample-every", "50");
            run(new TransformerTrainer(), data, folder.resolve("transformer"), settings);
        }

        private static void pictures(Path data) throws IOException {
            Random random = new Random(1);
            for (String name : List.of("one", "other")) {
                Files.createDirectories(data.resolve(name));
                for (int i = 0; i < 6; i++) {
                    byte[] rgb = new byte[3 * 16 * 16];
                    random.nextBytes(rgb);
                    PngFile.write(data.resolve(name).resolve(i + ".png"), new RgbImage(16, 16, rgb), Map.of());
                }
            }
        }

        private static void run(Trainer trainer, Path data, Path out, Map<String, String> settings) {
            ParameterValues values = ParameterValues.of(trainer.id(), trainer.parameters(), settings);
            ImageSet images = new FolderImageSetProvider()
                    .open(data, ImagePart.TRAIN, System.err::println)
                    .orElseThrow();
            trainer.train(TrainingRequest.of(images, out, values), new TrainingListener() {
                @Override
                public void stepDone(TrainingProgress progress) {
                    if (progress.step() == EARLY || progress.step() == LATE) {
                        System.out.println(resident());
                    }
                }

                @Override
                public void note(String line) {
                    System.err.println(line);
                }
            });
        }

        private static double resident() {
            try {
                return Files.readAllLines(STATUS).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024 / 1e6)
                        .findFirst()
                        .orElseThrow();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
