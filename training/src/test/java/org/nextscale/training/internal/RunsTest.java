package org.nextscale.training.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.TrainingException;
import org.nextscale.api.image.ImagePart;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.RgbImage;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.progress.CancellationToken;
import org.nextscale.api.training.Trainer;
import org.nextscale.api.training.TrainingListener;
import org.nextscale.api.training.TrainingProgress;
import org.nextscale.api.training.TrainingRequest;
import org.nextscale.image.PngFile;
import org.nextscale.image.internal.set.FolderImageSetProvider;
import org.nextscale.model.ModelPackage;
import org.nextscale.training.internal.classifier.ClassifierTrainer;
import org.nextscale.training.internal.tokenizer.TokenizerTrainer;
import org.nextscale.training.internal.transformer.TransformerTrainer;

/** Whole runs on a few small pictures. */
class RunsTest {
    private static final int SIDE = 16;
    private static final int STEPS = 8;
    private static final Map<String, String> TOKENIZER = Map.of(
            "patch-nums", "1,2,4",
            "channels", "32",
            "channel-multipliers", "1,1,1",
            "residual-blocks", "1",
            "latent-channels", "8",
            "vocabulary", "16",
            "batch", "4",
            "steps", "" + STEPS,
            "unquantized", "0.25",
            "revive-every", "2");
    private static final Map<String, String> TRANSFORMER = Map.of(
            "depth", "2", "width", "64", "batch", "4", "steps", "" + STEPS, "average", "0.9", "drop-path", "0.2");

    private static final Map<String, String> CLASSIFIER = Map.of(
            "size", "16", "channels", "8", "features", "8", "batch", "6", "steps", "60", "learning-rate", "0.01");

    @TempDir
    private static Path folder;

    private static Path data;
    private static Path tokenizer;

    @BeforeAll
    static void pictures() throws IOException {
        data = folder.resolve("data");
        Random random = new Random(1);
        for (String name : List.of("dark", "light")) {
            Files.createDirectories(data.resolve(name));
            for (int i = 0; i < 6; i++) {
                byte[] rgb = new byte[3 * 20 * 20];
                random.nextBytes(rgb);
                for (int k = 0; k < rgb.length; k++) {
                    rgb[k] = (byte) ((rgb[k] & 0x7f) + (name.equals("light") ? 100 : 0));
                }
                PngFile.write(data.resolve(name).resolve(i + ".png"), new RgbImage(20, 20, rgb), Map.of());
            }
        }
        tokenizer = folder.resolve("tokenizer");
        run(new TokenizerTrainer(), tokenizer, TOKENIZER, Map.of(), false, Long.MAX_VALUE);
    }

    private static Map<String, String> onTokenizer() {
        Map<String, String> settings = new LinkedHashMap<>(TRANSFORMER);
        settings.put("tokenizer", tokenizer.toString());
        return settings;
    }

    /** @param until the step after which the run is cancelled */
    private static void run(
            Trainer trainer,
            Path out,
            Map<String, String> settings,
            Map<String, String> more,
            boolean resume,
            long until) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.putAll(more);
        CancellationToken token = new CancellationToken();
        trainer.train(
                request(trainer, data, out, all).resuming(resume).withCancellation(token), new TrainingListener() {
                    @Override
                    public void stepDone(TrainingProgress progress) {
                        if (progress.step() == until) {
                            token.cancel();
                        }
                    }
                });
    }

    private static TrainingRequest request(Trainer trainer, Path data, Path out, Map<String, String> settings) {
        return TrainingRequest.of(images(data), out, ParameterValues.of(trainer.id(), trainer.parameters(), settings));
    }

    private static ImageSet images(Path data) {
        return new FolderImageSetProvider()
                .open(data, ImagePart.TRAIN, line -> {})
                .orElseThrow();
    }

    private static void requireSameAfterABreak(Trainer trainer, Map<String, String> settings, String name)
            throws IOException {
        Path whole = folder.resolve(name + "-whole");
        Path broken = folder.resolve(name + "-broken");
        run(trainer, whole, settings, Map.of(), false, Long.MAX_VALUE);
        assertThrows(CancellationException.class, () -> run(trainer, broken, settings, Map.of(), false, 3));
        run(trainer, broken, settings, Map.of(), true, Long.MAX_VALUE);

        String last = String.format("checkpoints/step-%08d.safetensors", STEPS);
        assertArrayEquals(Files.readAllBytes(whole.resolve(last)), Files.readAllBytes(broken.resolve(last)));
        assertEquals(Files.readString(whole.resolve("curves.csv")), Files.readString(broken.resolve("curves.csv")));
    }

    @Test
    void aTokenizerGoesOnBitForBit() throws IOException {
        requireSameAfterABreak(new TokenizerTrainer(), TOKENIZER, "tokenizer");
    }

    @Test
    void aTokenizerWithAnAdversaryGoesOnBitForBit() throws IOException {
        Map<String, String> settings = new LinkedHashMap<>(TOKENIZER);
        settings.put("adversarial", "0.4");
        settings.put("adversarial-start", "0.1");
        settings.put("discriminator-channels", "8");
        settings.put("discriminator-layers", "1");
        requireSameAfterABreak(new TokenizerTrainer(), settings, "adversary");
        List<String> rows = Files.readAllLines(folder.resolve("adversary-whole/curves.csv"));
        int column = List.of(rows.get(0).split(",")).indexOf("discriminator-loss");
        assertTrue(Double.parseDouble(rows.get(STEPS).split(",", -1)[column]) > 0, rows.get(STEPS));
    }

    @Test
    void aTransformerGoesOnBitForBitAndIsAModel() throws IOException {
        requireSameAfterABreak(new TransformerTrainer(), onTokenizer(), "transformer");
        try (ModelPackage model = ModelPackage.open(folder.resolve("transformer-whole/model"))) {
            assertEquals(List.of("dark", "light"), model.classNames().names());
            assertEquals(SIDE, model.spec().imageSize());
        }
    }

    @Test
    void accumulatingPartsOfABatchComesToTheSame() throws IOException {
        Path once = folder.resolve("once");
        Path twice = folder.resolve("twice");
        Map<String, String> exact = Map.of("label-drop", "0", "drop-path", "0", "steps", "1");
        run(new TransformerTrainer(), once, onTokenizer(), exact, false, Long.MAX_VALUE);
        Map<String, String> inParts = new LinkedHashMap<>(exact);
        inParts.put("accumulate", "2");
        run(new TransformerTrainer(), twice, onTokenizer(), inParts, false, Long.MAX_VALUE);

        assertEquals(loss(once), loss(twice), 1e-5);
    }

    private static double loss(Path run) throws IOException {
        String[] row = Files.readAllLines(run.resolve("curves.csv")).get(1).split(",");
        return Double.parseDouble(row[1]);
    }

    @Test
    void aModelIsFineTunedToNewClasses() throws IOException {
        Path first = folder.resolve("first");
        run(new TransformerTrainer(), first, onTokenizer(), Map.of(), false, Long.MAX_VALUE);
        Path tuned = folder.resolve("tuned");
        Map<String, String> from = Map.of("from", first.resolve("model").toString(), "batch", "4", "steps", "2");
        run(new TransformerTrainer(), tuned, from, Map.of(), false, Long.MAX_VALUE);

        try (ModelPackage model = ModelPackage.open(tuned.resolve("model"))) {
            assertEquals(2, model.spec().transformer().depth(), "the shape of the model it comes from");
        }
        requireOwnTypes(first.resolve("model"), tuned.resolve("model"));
    }

    /** What a plugin computes is another network, whatever its tensors are called. */
    private static void requireOwnTypes(Path model, Path other) throws IOException {
        Path description = other.resolve("model.json");
        String own = Files.readString(description);
        for (String part : List.of("tokenizer", "transformer")) {
            Files.writeString(
                    description,
                    own.replace("\"formatVersion\": 1,", "\"formatVersion\": 2,")
                            .replaceFirst("\"" + part + "\": \\{", "$0 \"type\": \"strange\","));
            Map<String, String> from = Map.of("from", other.toString(), "steps", "2");
            InvalidInputException e = assertThrows(
                    InvalidInputException.class,
                    () -> run(new TransformerTrainer(), model.resolveSibling("never"), from, Map.of(), false, 1));
            assertTrue(e.getMessage().contains("of type strange"), e.getMessage());
        }
        assertFalse(Files.exists(model.resolveSibling("never")));
    }

    @Test
    void aRunThatExplodesStopsAndNamesTheLastGoodCheckpoint() {
        Path out = folder.resolve("exploded");
        Map<String, String> hot = Map.of(
                "learning-rate", "1", "clip", "1000000000", "warm-up", "0", "steps", "400", "checkpoint-every", "1");
        TrainingException e = assertThrows(
                TrainingException.class, () -> run(new TokenizerTrainer(), out, TOKENIZER, hot, false, Long.MAX_VALUE));

        assertTrue(e.getMessage().contains("last good checkpoint"), e.getMessage());
        assertTrue(e.getMessage().contains("learning-rate"), e.getMessage());
    }

    @Test
    void aClassifierLearnsTwoBrightnesses() throws IOException {
        Path out = folder.resolve("classifier");
        run(new ClassifierTrainer(), out, CLASSIFIER, Map.of(), false, Long.MAX_VALUE);

        assertEquals("1.0", testAccuracy(out));
        assertTrue(Files.size(out.resolve("classifier.onnx")) > 1000);
    }

    /** What is dark there lies in the folder of what is light. */
    @Test
    void aRunIsMeasuredOnTheTestImages() throws IOException {
        Path test = folder.resolve("test");
        for (String name : List.of("dark", "light")) {
            Files.createDirectories(test.resolve(name));
            for (int i = 0; i < 6; i++) {
                String other = name.equals("dark") ? "light" : "dark";
                Files.copy(
                        data.resolve(other).resolve(i + ".png"),
                        test.resolve(name).resolve(i + ".png"));
            }
        }
        Path out = folder.resolve("measured");
        Trainer trainer = new ClassifierTrainer();
        trainer.train(request(trainer, data, out, CLASSIFIER).withTestImages(images(test)), new TrainingListener() {});

        assertEquals("0.0", testAccuracy(out));
    }

    private static String testAccuracy(Path run) throws IOException {
        List<String> rows = Files.readAllLines(run.resolve("curves.csv"));
        int column = List.of(rows.get(0).split(",")).indexOf("test-accuracy");
        return rows.get(rows.size() - 1).split(",", -1)[column];
    }

    @Test
    void aTransformerNeedsClassesToLearn() throws IOException {
        Path loose = Files.createDirectory(folder.resolve("loose"));
        Files.copy(data.resolve("dark/0.png"), loose.resolve("0.png"));
        Trainer trainer = new TransformerTrainer();
        TrainingRequest request = request(trainer, loose, folder.resolve("unlabelled"), onTokenizer());
        InvalidInputException e =
                assertThrows(InvalidInputException.class, () -> trainer.train(request, new TrainingListener() {}));

        assertTrue(e.getMessage().contains("does not say the class of every image"), e.getMessage());
    }

    /** Persian words have joiners, and an emoji may be younger than the JDK. */
    @Test
    void classesMayHaveEveryNameThatShows() throws IOException {
        List<String> names = List.of(
                "\u06a9\u0641\u0634\u200c\u0647\u0627", "so\u00adft", "\ud83e\udec8", "\ud83e\uddd1\u200d\ud83d\ude80");
        Path pictures = classes("odd", names);
        Path out = folder.resolve("odd-run");
        Trainer trainer = new TransformerTrainer();
        trainer.train(request(trainer, pictures, out, onTokenizer()), new TrainingListener() {});

        try (ModelPackage model = ModelPackage.open(out.resolve("model"))) {
            assertEquals(Set.copyOf(names), Set.copyOf(model.classNames().names()));
        }
    }

    @Test
    void whatTheModelWouldRefuseIsRefusedBeforeTheFirstStep() throws IOException {
        Trainer trainer = new TransformerTrainer();
        Path hidden = classes("hidden", List.of("a\tb", "c"));
        requireRefusedAtOnce(trainer, hidden, onTokenizer(), "a\\u0009b");
        requireRefusedAtOnce(new ClassifierTrainer(), hidden, CLASSIFIER, "a\\u0009b");
        for (String text : List.of("name", "description")) {
            Map<String, String> settings = onTokenizer();
            settings.put(text, "two\nlines");
            requireRefusedAtOnce(trainer, data, settings, "two\\u000alines");
        }
    }

    /** An adversary would join, and an undecided quantizer end, when much of the run is over. */
    @Test
    void whatWouldEndATokenizersRunLaterIsRefusedBeforeTheFirstStep() {
        Trainer trainer = new TokenizerTrainer();
        requireRefusedAtOnce(trainer, data, tokenizerWith("adversarial", "0.4"), "16 x 16 pixels are too small for 3");
        requireRefusedAtOnce(trainer, data, tokenizerWith("unquantized", "1"), "none of the run's 8 steps");
        requireRefusedAtOnce(trainer, data, tokenizerWith("perceptual-network", "none.onnx"), "none.onnx: there is no");
        Map<String, String> other = tokenizerWith("vocabulary", "32");
        other.put("from", tokenizer.toString());
        requireRefusedAtOnce(trainer, data, other, "from " + tokenizer + ": is ");
        Map<String, String> views = onTokenizer();
        views.putAll(Map.of("crops", "40", "flip", "true"));
        requireRefusedAtOnce(new TransformerTrainer(), data, views, "crops 40, and as many mirror images,");
    }

    private static Map<String, String> tokenizerWith(String name, String value) {
        Map<String, String> settings = new LinkedHashMap<>(TOKENIZER);
        settings.put(name, value);
        return settings;
    }

    /** Somebody put a file where a run that goes on is to write. */
    @Test
    void whatCouldNotBeWrittenLaterStopsARunBeforeItGoesOn() throws IOException {
        Path out = folder.resolve("blocked");
        assertThrows(
                CancellationException.class, () -> run(new TokenizerTrainer(), out, TOKENIZER, Map.of(), false, 2));
        Path kept = folder.resolve("kept");
        for (String each : List.of("checkpoints", "tokenizer")) {
            if (Files.exists(out.resolve(each))) {
                Files.move(out.resolve(each), kept);
            }
            Files.writeString(out.resolve(each), "");
            InvalidInputException e = assertThrows(
                    InvalidInputException.class,
                    () -> run(new TokenizerTrainer(), out, TOKENIZER, Map.of(), true, Long.MAX_VALUE));
            assertTrue(e.getMessage().contains(out.resolve(each) + " is a file, a folder is needed"), e.getMessage());
            Files.delete(out.resolve(each));
            if (Files.exists(kept)) {
                Files.move(kept, out.resolve(each));
            }
        }
        run(new TokenizerTrainer(), out, TOKENIZER, Map.of(), true, Long.MAX_VALUE);
        assertTrue(Files.exists(out.resolve("tokenizer/tokenizer.safetensors")));
    }

    /** They change how fast it is, and in what order numbers are summed up. */
    @Test
    void aRunGoesOnWithOtherThreads() throws IOException {
        Path out = folder.resolve("threads");
        int usual = torch.get_num_threads();
        assertThrows(
                CancellationException.class,
                () -> run(new TransformerTrainer(), out, onTokenizer(), Map.of("threads", "2"), false, 2));
        Map<String, String> one = onTokenizer();
        one.put("threads", "1");
        List<String> notes = new ArrayList<>();
        Trainer trainer = new TransformerTrainer();
        trainer.train(request(trainer, data, out, one).resuming(true), new TrainingListener() {
            @Override
            public void note(String line) {
                notes.add(line);
            }
        });

        torch.set_num_threads(usual);
        assertTrue(notes.get(1).startsWith("threads was 2, now 1: "), notes::toString);
        assertEquals(STEPS + 1, Files.readAllLines(out.resolve("curves.csv")).size());
    }

    /** What is shown is the loss of a token that takes part: it does not jump when scales join. */
    @Test
    void aProgressiveRunBeginsWithFewScalesAndEndsWithAll() throws IOException {
        Map<String, String> first = Map.of("progressive", "0.9", "progressive-start", "1", "drop-path", "0");
        Path out = folder.resolve("progressive");
        run(new TransformerTrainer(), out, onTokenizer(), first, false, Long.MAX_VALUE);

        List<String> rows = Files.readAllLines(out.resolve("curves.csv"));
        List<String> names = List.of(rows.get(0).split(","));
        String[] beginning = rows.get(1).split(",", -1);
        assertEquals("1.0", beginning[names.indexOf("scales")]);
        assertEquals(
                Math.log(16), Double.parseDouble(beginning[names.indexOf("loss")]), 0.1, "of one token of 16 codes");
        assertEquals("", rows.get(STEPS).split(",", -1)[names.indexOf("scales")]);
    }

    @Test
    void aModelThatMayNotBeReplacedStopsARunBeforeItGoesOn() throws IOException {
        Path out = folder.resolve("guarded");
        assertThrows(
                CancellationException.class,
                () -> run(new TransformerTrainer(), out, onTokenizer(), Map.of(), false, 2));
        Path notes = Files.createDirectories(out.resolve("model")).resolve("notes.txt");
        Files.writeString(notes, "mine");
        InvalidInputException e = assertThrows(
                InvalidInputException.class,
                () -> run(new TransformerTrainer(), out, onTokenizer(), Map.of(), true, Long.MAX_VALUE));

        assertTrue(e.getMessage().contains("holds notes.txt"), e.getMessage());
        assertFalse(Files.readString(out.resolve("curves.csv")).contains("\n3,"), "no step was made");
    }

    private static Path classes(String name, List<String> classes) throws IOException {
        Path pictures = folder.resolve(name);
        for (String each : classes) {
            Path dark = Files.createDirectories(pictures.resolve(each));
            Files.copy(data.resolve("dark/0.png"), dark.resolve("0.png"));
        }
        return pictures;
    }

    private static void requireRefusedAtOnce(
            Trainer trainer, Path pictures, Map<String, String> settings, String reason) {
        Path out = folder.resolve("refused");
        InvalidInputException e = assertThrows(
                InvalidInputException.class,
                () -> trainer.train(request(trainer, pictures, out, settings), new TrainingListener() {}));

        assertTrue(e.getMessage().contains(reason), e.getMessage());
        assertFalse(Files.exists(out), "nothing was begun");
    }

    @Test
    void aTransformerNeedsATokenizerOrAModel() {
        InvalidInputException e = assertThrows(
                InvalidInputException.class,
                () -> run(
                        new TransformerTrainer(),
                        folder.resolve("none"),
                        TRANSFORMER,
                        Map.of(),
                        false,
                        Long.MAX_VALUE));

        assertTrue(e.getMessage().contains("tokenizer"), e.getMessage());
    }
}
