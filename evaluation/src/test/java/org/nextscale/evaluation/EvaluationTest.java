package org.nextscale.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.Nextscale;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.evaluation.images.ImageSource;
import org.nextscale.evaluation.images.LabelledImage;
import org.nextscale.evaluation.metric.FeatureMoments;
import org.nextscale.evaluation.metric.FrechetDistance;
import org.nextscale.evaluation.metric.MomentsCollector;
import org.nextscale.evaluation.network.EvaluationNetwork;
import org.nextscale.evaluation.network.EvaluationNetwork.Description;

/** Whole evaluations, with an ONNX network whose features are the mean colours. */
class EvaluationTest {
    private static final Engine ENGINE = Nextscale.engine();

    @TempDir
    Path folder;

    @Test
    void measuresAFolderAgainstAnother() {
        Path real = Pictures.folder(folder.resolve("real"), 16, 40, 1);
        Path made = Pictures.folder(folder.resolve("made"), 16, 30, 7_000_000);
        EvaluationReport report = measure(new TinyNetwork(), made, Reference.of(open(real)), EvaluationSettings.USUAL);
        assertEquals(Optional.of("tiny.onnx"), report.network());
        assertEquals(90, report.images());
        assertEquals(120, report.references());
        assertEquals(
                List.of("frechet-distance", "classifier-score", "precision", "recall", "class-accuracy"),
                List.copyOf(values(report).keySet()));
        assertTrue(report.measurements().get(0).label().contains("tiny.onnx"), report::toString);
        assertEquals(1, values(report).get("class-accuracy"));
        double distance = FrechetDistance.between(colours(real), colours(made));
        assertEquals(distance, values(report).get("frechet-distance"), 1e-4 * distance);
        assertTrue(values(report).get("precision") > 0.5, report::toString);
    }

    /** Mean colours in [-1, 1], computed here. */
    private static FeatureMoments colours(Path pictures) {
        MomentsCollector collector = new MomentsCollector(3);
        for (LabelledImage each : Pictures.take(open(pictures)).images()) {
            float[] means = new float[3];
            byte[] rgb = each.image().rgb();
            for (int i = 0; i < rgb.length; i++) {
                means[i % 3] += ((rgb[i] & 0xff) / 127.5f - 1) / (rgb.length / 3f);
            }
            collector.add(means, 0);
        }
        return collector.moments();
    }

    @Test
    void countsImagesOfTheWrongClass() {
        Path made = folder.resolve("made");
        for (int i = 0; i < 10; i++) {
            Pictures.write(made.resolve((i < 4 ? 1 : 2) + "/" + i + ".png"), Pictures.of(8, 2, i), Map.of());
        }
        EvaluationReport report = measure(new TinyNetwork(), made, Reference.NONE, EvaluationSettings.USUAL);
        assertEquals(0.6, values(report).get("class-accuracy"), 1e-12);
        assertFalse(values(report).containsKey("frechet-distance"), "there is nothing to compare with");
    }

    /** Of folders called otherwise than by numbers, the network's numbers count where it says its classes' names. */
    @Test
    void findsClassesByTheNetworksNames() {
        Path made = folder.resolve("made");
        for (int i = 0; i < 9; i++) {
            Pictures.write(
                    made.resolve(List.of("blue", "green", "red").get(i % 3) + "/" + i + ".png"),
                    Pictures.of(8, 2 - i % 3, i),
                    Map.of());
        }
        EvaluationSettings accuracy = only(Metric.ACCURACY);
        assertEquals(
                1 / 3.0,
                values(measure(new TinyNetwork(), made, Reference.NONE, accuracy))
                        .get("class-accuracy"),
                1e-12);
        TinyNetwork knowing = new TinyNetwork().property("nextscale.classes", "red\ngreen\nblue");
        assertEquals(1, values(measure(knowing, made, Reference.NONE, accuracy)).get("class-accuracy"));
    }

    @Test
    void keepsStatisticsInPlaceOfImages() {
        Path real = Pictures.folder(folder.resolve("real"), 16, 40, 1);
        Path made = Pictures.folder(folder.resolve("made"), 16, 30, 99);
        Path file = folder.resolve("stats.npz");
        TinyNetwork tiny = new TinyNetwork().property("nextscale.features", "colours");
        try (EvaluationNetwork network = open(tiny)) {
            evaluation(network, EvaluationSettings.USUAL)
                    .statistics(open(real), false)
                    .write(file);
        }
        EvaluationSettings distance = only(Metric.FRECHET_DISTANCE);
        double direct =
                values(measure(tiny, made, Reference.of(open(real)), distance)).get("frechet-distance");
        Reference kept = Reference.open(file, () -> {
            throw new AssertionError("there are no images in it");
        });
        assertEquals(direct, values(measure(tiny, made, kept, distance)).get("frechet-distance"));
        refused("statistics are not enough", () -> measure(tiny, made, kept, only(Metric.RECALL)));
        refused("of the features of colours", () -> measure(new TinyNetwork(), made, kept, distance));
    }

    @Test
    void takesRangeAndNameFromTheFileAndFromOutside() {
        Path made = Pictures.folder(folder.resolve("made"), 16, 30, 5);
        Path real = Pictures.folder(folder.resolve("real"), 16, 30, 1);
        EvaluationSettings distance = only(Metric.FRECHET_DISTANCE);
        double wide = values(measure(new TinyNetwork(), made, Reference.of(open(real)), distance))
                .get("frechet-distance");
        TinyNetwork narrow = new TinyNetwork().property("nextscale.range", "0,1");
        double half = values(measure(narrow, made, Reference.of(open(real)), distance))
                .get("frechet-distance");
        assertEquals(wide / 4, half, 1e-4 * wide);
        Path file = narrow.write(folder.resolve("narrow.onnx"));
        Description said = new Description(Optional.of("mine"), Optional.of("-1,1"), Optional.empty());
        try (EvaluationNetwork network = EvaluationNetwork.open(ENGINE, file, said)) {
            assertEquals("mine", network.name());
            EvaluationReport report = evaluation(network, distance).run(open(made), Reference.of(open(real)));
            assertEquals(wide, values(report).get("frechet-distance"), 1e-6 * wide);
        }
    }

    @Test
    void bringsImagesToAFixedSizeOnlyByARule() {
        Path made = Pictures.folder(folder.resolve("made"), 16, 5, 5);
        TinyNetwork fixed = new TinyNetwork().side(24);
        try (EvaluationNetwork network = open(fixed)) {
            assertEquals(OptionalInt.of(24), network.side());
        }
        refused("the network takes 24 x 24", () -> measure(fixed, made, Reference.NONE, only(Metric.SCORE)));
        TinyNetwork resizing = new TinyNetwork().side(24).property("nextscale.resize", "tf1-bilinear");
        assertEquals(
                15, measure(resizing, made, Reference.NONE, only(Metric.SCORE)).images());
    }

    @Test
    void saysWhatWasLeftOut() throws IOException {
        Path real = Pictures.folder(folder.resolve("real"), 16, 4, 1);
        Path made = Pictures.folder(folder.resolve("made"), 16, 3, 7);
        Path empty = Files.createFile(made.resolve("1-green/x.png"));
        Files.createFile(real.resolve("0-red/y.png"));
        Files.createFile(real.resolve("0-red/z.png"));
        EvaluationReport report =
                measure(new TinyNetwork(), made, Reference.of(open(real)), only(Metric.FRECHET_DISTANCE));
        assertEquals(
                List.of(
                        "1 of 10 images was left out: " + empty + " is empty, an image file is needed",
                        "2 of 14 real images were left out, the first: " + real.resolve("0-red/y.png")
                                + " is empty, an image file is needed"),
                report.leftOut());
        Path file = folder.resolve("stats.npz");
        try (EvaluationNetwork network = open(new TinyNetwork())) {
            Evaluation evaluation = evaluation(network, EvaluationSettings.USUAL);
            refused("2 of the 14 images in " + real, () -> evaluation.statistics(open(real), false));
            evaluation.statistics(open(real), true).write(file);
        }
        Reference kept = Reference.open(file, () -> {
            throw new AssertionError("there are no images in it");
        });
        EvaluationReport later = measure(new TinyNetwork(), made, kept, only(Metric.FRECHET_DISTANCE));
        assertEquals(12, later.references());
        assertEquals("2 of 14 real images were left out", later.leftOut().get(1));
    }

    @Test
    void fewerImagesThanAreNeededAreRefused() throws IOException {
        Path real = Pictures.folder(folder.resolve("real"), 16, 4, 1);
        Path one = folder.resolve("one");
        Pictures.write(one.resolve("a.png"), Pictures.of(16, 0, 1), Map.of());
        Files.createFile(one.resolve("b.png"));
        refused(
                one + " has one image that can be measured, a distance needs at least 2; 1 of 2 images was left out: ",
                () -> measure(new TinyNetwork(), one, Reference.of(open(real)), only(Metric.FRECHET_DISTANCE)));
        refused(
                one + " has one image that can be measured, a distance needs at least 2",
                () -> measure(new TinyNetwork(), real, Reference.of(open(one)), only(Metric.FRECHET_DISTANCE)));
        assertEquals(
                1,
                measure(new TinyNetwork(), one, Reference.NONE, only(Metric.SCORE))
                        .images());
    }

    /** A class that the network does not have, it can have neither found nor missed. */
    @Test
    void classesBeyondTheNetworksAreLeftOut() {
        Path made = folder.resolve("made");
        for (int i = 0; i < 6; i++) {
            Pictures.write(
                    made.resolve(List.of("0", "1", "7").get(i % 3) + "/" + i + ".png"), Pictures.of(8, 0, i), Map.of());
        }
        EvaluationReport report = measure(new TinyNetwork(), made, Reference.NONE, only(Metric.ACCURACY));
        assertEquals(0.5, values(report).get("class-accuracy"));
        String foreign = "the class of 2 of 6 images is none of the network's 3 (0 to 2), the first is class 7";
        assertEquals(List.of(foreign + "; accuracy is of the others"), report.notes());
        Path alone = folder.resolve("alone/7");
        Pictures.write(alone.resolve("a.png"), Pictures.of(8, 0, 1), Map.of());
        String all = "the class of 1 of 1 images is none of the network's 3";
        refused(all, () -> measure(new TinyNetwork(), alone.getParent(), Reference.NONE, only(Metric.ACCURACY)));
        EvaluationReport without =
                measure(new TinyNetwork(), alone.getParent(), Reference.NONE, EvaluationSettings.USUAL);
        assertFalse(values(without).containsKey("class-accuracy"));
        assertTrue(without.notes().get(0).startsWith("accuracy is not measured: " + all), without::toString);
    }

    @Test
    void whatIsNotFiniteIsNoFigure() {
        for (double value : new double[] {Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY}) {
            refused("FID comes out as " + value, () -> new Measurement("fid", "FID", value));
        }
    }

    @Test
    void looksAtAnEvenSampleOfManyRealImages() {
        Path real = Pictures.folder(folder.resolve("real"), 8, 60, 1);
        Path made = Pictures.folder(folder.resolve("made"), 8, 20, 50_000);
        EvaluationSettings few = new EvaluationSettings(
                EnumSet.of(Metric.PRECISION, Metric.RECALL), 3, 90, 5000, EvaluationSettings.USUAL.shuffle());
        EvaluationReport report = measure(new TinyNetwork(), made, Reference.of(open(real)), few);
        // The first 90 hold no blue ones, and a third of what was made is blue.
        assertTrue(values(report).get("precision") > 0.75, report::toString);
    }

    @Test
    void saysWhatCannotBeUsed() {
        Path made = Pictures.folder(folder.resolve("made"), 16, 3, 5);
        refused("no output 'features'", () -> open(new TinyNetwork().features("pool")));
        refused("free batch dimension", () -> open(new TinyNetwork().batch(4)));
        refused("range is 'wide'", () -> open(new TinyNetwork().property("nextscale.range", "wide")));
        refused(
                "it needs real images",
                () -> measure(new TinyNetwork(), made, Reference.NONE, only(Metric.FRECHET_DISTANCE)));
        refused(
                "no output 'spatial'",
                () -> measure(new TinyNetwork(), made, Reference.of(open(made)), only(Metric.SPATIAL_DISTANCE)));
        refused("must end with .onnx", () -> EvaluationNetwork.open(ENGINE, made, Description.OF_FILE));
        Path flat = folder.resolve("flat");
        Pictures.write(flat.resolve("a.png"), Pictures.of(8, 0, 1), Map.of());
        refused(
                "no image says its class",
                () -> measure(new TinyNetwork(), flat, Reference.NONE, only(Metric.ACCURACY)));
    }

    private static void refused(String why, Executable action) {
        String message = assertThrows(InvalidInputException.class, action).getMessage();
        assertTrue(message.contains(why) && !message.contains("\n"), message);
    }

    private static ImageSource open(Path pictures) {
        return Pictures.open(pictures);
    }

    private EvaluationNetwork open(TinyNetwork tiny) {
        return EvaluationNetwork.open(ENGINE, tiny.write(folder.resolve("tiny.onnx")), Description.OF_FILE);
    }

    private EvaluationReport measure(TinyNetwork tiny, Path made, Reference real, EvaluationSettings settings) {
        try (EvaluationNetwork network = open(tiny)) {
            return evaluation(network, settings).run(open(made), real);
        }
    }

    private static Evaluation evaluation(EvaluationNetwork network, EvaluationSettings settings) {
        return new Evaluation(network, settings, ProgressListener.NONE, Cancellation.NEVER);
    }

    private static EvaluationSettings only(Metric metric) {
        EvaluationSettings usual = EvaluationSettings.USUAL;
        return new EvaluationSettings(
                Set.of(metric), usual.neighbours(), usual.precisionReferences(), usual.chunk(), usual.shuffle());
    }

    private static Map<String, Double> values(EvaluationReport report) {
        Map<String, Double> values = new LinkedHashMap<>();
        report.measurements().forEach(each -> values.put(each.id(), each.value()));
        return values;
    }
}
