package org.nextscale.evaluation.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.evaluation.FeatureInput;
import org.nextscale.api.evaluation.FeatureNetwork;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.evaluation.Evaluation;
import org.nextscale.evaluation.EvaluationReport;
import org.nextscale.evaluation.EvaluationSettings;
import org.nextscale.evaluation.Measurement;
import org.nextscale.evaluation.Pictures;
import org.nextscale.evaluation.Reference;
import org.nextscale.evaluation.images.LabelledImage;
import org.nextscale.evaluation.network.EvaluationNetwork.Description;

/** What is made of what a network says of itself, with networks whose outputs are made up. */
class EvaluationNetworkTest {
    private static final Path FILE = Path.of("x");

    @TempDir
    Path folder;

    /** The name FID is Inception's alone: with other features the number says whose it is. */
    @Test
    void nothingIsCalledFidThatIsNot() {
        Path real = Pictures.folder(folder.resolve("real"), 16, 3, 1);
        try (EvaluationNetwork network =
                EvaluationNetwork.of(new Fixed(2048, 2023, 1008), FILE, named(EvaluationNetwork.INCEPTION))) {
            EvaluationReport report = measure(network, real);
            assertEquals(
                    List.of("fid", "sfid", "inception-score", "precision", "recall", "class-accuracy"),
                    report.measurements().stream().map(Measurement::id).toList());
            assertEquals("FID", report.measurements().get(0).label());
            assertTrue(report.notes().get(0).contains("9 images are few for 2048 features"), report::toString);
        }
        try (EvaluationNetwork network = EvaluationNetwork.of(new Fixed(2048, 2023, 1008), FILE, Description.OF_FILE)) {
            EvaluationReport report = measure(network, real);
            assertFalse(
                    report.measurements().stream().anyMatch(each -> each.label().matches(".*(FID|Inception).*")),
                    report::toString);
        }
        refused(
                "Inception has 2048",
                () -> EvaluationNetwork.of(new Fixed(64, 2023, 1008), FILE, named(EvaluationNetwork.INCEPTION)));
        refused(
                "Inception has 1008",
                () -> EvaluationNetwork.of(new Fixed(2048, 2023, 10), FILE, named(EvaluationNetwork.INCEPTION)));
    }

    private static Description named(String name) {
        return new Description(Optional.of(name), Optional.empty(), Optional.empty());
    }

    private static EvaluationReport measure(EvaluationNetwork network, Path pictures) {
        return new Evaluation(network, EvaluationSettings.USUAL, ProgressListener.NONE, Cancellation.NEVER)
                .run(Pictures.open(pictures), Reference.of(Pictures.open(pictures)));
    }

    @Test
    void namesOfClassesComeBeforeTheirNumbers() {
        Fixed fixed = new Fixed(3, 0, 3);
        fixed.properties.put("nextscale.classes", "cat\ndog\nteddy bear");
        EvaluationNetwork network = EvaluationNetwork.of(fixed, FILE, Description.OF_FILE);
        assertEquals(OptionalInt.of(2), network.classOf(image(0, "teddy bear")));
        assertEquals(OptionalInt.of(0), network.classOf(image(7, "cat")));
        assertEquals(OptionalInt.of(7), network.classOf(image(7, "horse")), "a name it does not know");
        assertEquals(
                OptionalInt.of(1),
                network.classOf(new LabelledImage(Pictures.of(4, 0, 1), OptionalInt.of(1), Optional.empty())));
        assertEquals(OptionalInt.empty(), network.classOf(LabelledImage.of(Pictures.of(4, 0, 1))));
        EvaluationNetwork silent = EvaluationNetwork.of(new Fixed(3, 0, 3), FILE, Description.OF_FILE);
        assertEquals(OptionalInt.of(7), silent.classOf(image(7, "cat")));
    }

    private static LabelledImage image(int label, String className) {
        return new LabelledImage(Pictures.of(4, 0, 1), OptionalInt.of(label), Optional.of(className));
    }

    @Test
    void outputsThatAreNoNumbersOrNoProbabilitiesAreRefused() {
        Fixed broken = new Fixed(3, 0, 0);
        broken.value = Float.NaN;
        EvaluationNetwork network = EvaluationNetwork.of(broken, FILE, Description.OF_FILE);
        refused("not finite", () -> network.run(List.of(Pictures.of(12, 0, 1)), Set.of(EvaluationNetwork.FEATURES)));
        Fixed unsure = new Fixed(3, 0, 4);
        unsure.value = 0.5f;
        EvaluationNetwork improbable = EvaluationNetwork.of(unsure, FILE, Description.OF_FILE);
        refused(
                "no probabilities",
                () -> improbable.run(List.of(Pictures.of(12, 0, 1)), Set.of(EvaluationNetwork.PROBABILITIES)));
    }

    @Test
    void aWidthMustBeKnown() {
        Fixed unknown = new Fixed(3, 0, 0);
        unknown.outputs.put("spatial", List.of(OptionalLong.empty()));
        refused("output 'spatial' has the sizes [?]", () -> EvaluationNetwork.of(unknown, FILE, Description.OF_FILE));
        assertTrue(unknown.closed);
    }

    private static void refused(String why, Executable action) {
        String message = assertThrows(InvalidInputException.class, action).getMessage();
        assertTrue(message.contains(why) && !message.contains("\n"), message);
    }

    /** Outputs of any width, from the image's first pixels. */
    private static final class Fixed implements FeatureNetwork {
        private final Map<String, List<OptionalLong>> outputs = new LinkedHashMap<>();
        private final Map<String, String> properties = new LinkedHashMap<>();
        private float value;
        private boolean closed;

        Fixed(long features, long spatial, long classes) {
            outputs.put("features", List.of(OptionalLong.of(features)));
            if (spatial > 0) {
                outputs.put("spatial", List.of(OptionalLong.of(spatial)));
            }
            if (classes > 0) {
                outputs.put("probabilities", List.of(OptionalLong.of(classes)));
            }
        }

        @Override
        public FeatureInput input() {
            return FeatureInput.of(OptionalInt.empty(), OptionalInt.empty());
        }

        @Override
        public Map<String, List<OptionalLong>> outputs() {
            return outputs;
        }

        @Override
        public Map<String, String> properties() {
            return properties;
        }

        @Override
        public Map<String, float[]> run(float[] images, int batch, int height, int width, Set<String> wanted) {
            Map<String, float[]> values = new LinkedHashMap<>();
            for (String name : wanted) {
                int size = (int) outputs.get(name).get(0).getAsLong();
                float[] rows = new float[batch * size];
                for (int i = 0; i < batch; i++) {
                    for (int j = 0; j < size; j++) {
                        rows[i * size + j] = name.equals("probabilities")
                                ? (j == 0 ? 1 : 0) + value
                                : images[i * (images.length / batch) + j % 100] + value;
                    }
                }
                values.put(name, rows);
            }
            return values;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
