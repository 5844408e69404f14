package org.nextscale.engine.verify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.backend.DeviceBatch;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.backend.Generation;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ProbeRequest;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.backend.TokenizerNetwork;
import org.nextscale.api.machine.Machine;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.api.sampling.Arithmetic;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.api.tokenizer.VisualTokenizerFactory;
import org.nextscale.engine.BackendChoice;
import org.nextscale.engine.Nextscale;
import org.nextscale.engine.model.ModelPackage;

/**
 * What every backend must do: the reference's numbers, and the contracts of the SPI. A backend's tests extend this class in
 * ten lines: with its {@link BackendProvider} in {@code META-INF/services} they name its id.
 */
public abstract class BackendConformanceTestCase {
    /** Float32 arithmetic in another order, as for the reference's features. */
    private static final float ROUNDING = 1e-4f;

    private static final Path SETS = Path.of(System.getProperty("nextscale.root"), "reference-vectors");

    /** Id of the backend, with options if need be. */
    protected abstract String backend();

    /**
     * What the probe sees where hardly any memory is left. Backends that do not compute in the machine's memory see to it that
     * theirs is full, until the test ends.
     */
    protected Machine fullMachine() {
        return new Machine(Machine.current().features(), OptionalLong.of(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "shared-aln", "plain-attn"})
    void computesWhatTheReferenceComputes(String set) {
        ConformanceReport report = Conformance.run(
                SETS.resolve(set), Nextscale.builder().engine(), BackendChoice.parse(backend()), check -> {});
        assertTrue(
                report.holds(),
                () -> report.checks().stream()
                        .filter(check -> !check.holds())
                        .map(TensorCheck::toString)
                        .collect(Collectors.joining("\n")));
    }

    /** One value of each of these is moved by ten times its tolerance, tokens and masks by one: all of them must be noticed. */
    @Test
    void oneChangedValueIsNoticed(@TempDir Path folder) throws IOException {
        Path set = SETS.resolve("shared-aln");
        for (String file : List.of("vae.pth", "var.pth", "config.json")) {
            Files.copy(set.resolve(file), folder.resolve(file));
        }
        Map<String, Float> changes = Map.of(
                "encoder_features", 1e-3f,
                "f_hat.1", 1e-3f,
                "reconstruction", 2e-3f,
                "teacher_forcing_logits", 1e-3f,
                "teacher_forcing_loss", 1e-3f,
                "greedy.logits.2", 5e-3f,
                "smooth.logits.4", 0.2f,
                "smooth.image", 4e-2f,
                "sampled.tokens.3", 1f,
                "inpaint.kept.2", 1f);
        ChangedTensors.copy(set.resolve("expected.safetensors"), folder.resolve("expected.safetensors"), changes);
        ConformanceReport report =
                Conformance.run(folder, Nextscale.builder().engine(), BackendChoice.parse(backend()), check -> {});
        assertEquals(
                changes.keySet(),
                report.checks().stream()
                        .filter(check -> !check.holds())
                        .map(TensorCheck::name)
                        .collect(Collectors.toSet()));
    }

    @Test
    void aBatchOfMixedLabelsIsItsImagesOneByOne() {
        withTransformer((transformer, spec) -> {
            int[] labels = {3, spec.unconditionalLabel(), 3};
            try (Generation together = transformer.begin(labels, true);
                    Generation first = transformer.begin(new int[] {labels[0]}, true);
                    Generation second = transformer.begin(new int[] {labels[1]}, false)) {
                for (int k = 0; k < spec.pyramid().scales(); k++) {
                    float[] input = input(spec, k, 1);
                    ScaleLogits all = together.next(repeat(input, 3), true);
                    float[][] conditional = {row(all.conditional(), 0), row(all.conditional(), 1)};
                    float[] third = row(all.conditional(), 2);
                    float[] unconditional = row(all.unconditional(), 0);
                    ScaleLogits alone = first.next(input, true);
                    assertArrayEquals(row(alone.conditional(), 0), conditional[0], ROUNDING);
                    assertArrayEquals(row(alone.unconditional(), 0), unconditional, ROUNDING);
                    assertArrayEquals(conditional[0], third, ROUNDING);
                    ScaleLogits unguided = second.next(input, false);
                    assertNull(unguided.unconditional());
                    assertArrayEquals(row(unguided.conditional(), 0), conditional[1], ROUNDING);
                    assertArrayEquals(row(unguided.conditional(), 0), unconditional, ROUNDING);
                }
            }
        });
    }

    @Test
    void theUnconditionalHalfCanBeGivenUpButNotTakenBack() {
        withTransformer((transformer, spec) -> {
            try (Generation generation = transformer.begin(new int[] {1, 2}, true);
                    Generation whole = transformer.begin(new int[] {1, 2}, true)) {
                for (int k = 0; k < spec.pyramid().scales(); k++) {
                    float[] input = input(spec, k, 2);
                    ScaleLogits logits = generation.next(input, k < 2);
                    assertEquals(k < 2, logits.unconditional() != null);
                    ScaleLogits wanted = whole.next(input, true);
                    assertArrayEquals(row(wanted.conditional(), 1), row(logits.conditional(), 1), ROUNDING);
                }
            }
            try (Generation generation = transformer.begin(new int[] {1}, true)) {
                generation.next(new float[0], false);
                float[] input = input(spec, 1, 1);
                assertThrows(IllegalStateException.class, () -> generation.next(input, true));
            }
            try (Generation generation = transformer.begin(new int[] {1}, false)) {
                assertThrows(IllegalStateException.class, () -> generation.next(new float[0], true));
            }
        });
    }

    @Test
    void generationAgreesWithTeacherForcing() {
        withTransformer((transformer, spec) -> {
            ScalePyramid pyramid = spec.pyramid();
            int z = spec.latentChannels();
            float[] inputs = new float[(pyramid.totalTokens() - pyramid.tokens(0)) * z];
            try (Generation generation = transformer.begin(new int[] {5}, false)) {
                float[][] found = new float[pyramid.scales()][];
                for (int k = 0; k < pyramid.scales(); k++) {
                    float[] input = input(spec, k, 1);
                    found[k] = row(generation.next(input, false).conditional(), 0);
                    System.arraycopy(
                            input, 0, inputs, (pyramid.begin(k) - (k == 0 ? 0 : pyramid.tokens(0))) * z, input.length);
                }
                Logits forced = transformer.teacherForcing(new int[] {5}, inputs);
                float[] row = new float[spec.vocabularySize()];
                for (int k = 0; k < pyramid.scales(); k++) {
                    for (int token = 0; token < pyramid.tokens(k); token++) {
                        forced.copyRow(0, pyramid.begin(k) + token, row);
                        for (int v = 0; v < row.length; v++) {
                            assertEquals(row[v], found[k][token * row.length + v], ROUNDING);
                        }
                    }
                }
            }
        });
    }

    @Test
    void generationsAreIndependentAndEndAfterTheLastScale() {
        withTransformer((transformer, spec) -> {
            Generation one = transformer.begin(new int[] {1}, false);
            Generation other = transformer.begin(new int[] {2}, false);
            float[] before = row(one.next(new float[0], false).conditional(), 0);
            other.next(new float[0], false);
            other.close();
            other.close();
            assertThrows(IllegalStateException.class, () -> other.next(input(spec, 1, 1), false));
            for (int k = 1; k < spec.pyramid().scales(); k++) {
                one.next(input(spec, k, 1), false);
            }
            assertThrows(IllegalStateException.class, () -> one.next(new float[0], false));
            one.close();
            try (Generation again = transformer.begin(new int[] {1}, false)) {
                assertArrayEquals(before, row(again.next(new float[0], false).conditional(), 0));
            }
        });
    }

    @Test
    void closingIsHarmlessTwiceAndEndsEverythingOpened() {
        BackendProvider provider = provider();
        try (ModelPackage model = ModelPackage.open(SETS.resolve("shared-aln"))) {
            Backend backend = open(provider);
            ScaleTransformer transformer = backend.transformer(model.spec().transformer(), model.transformerWeights());
            TokenizerNetwork network = backend.tokenizerNetwork(model.spec().tokenizer(), model.tokenizerWeights());
            Generation generation = transformer.begin(new int[] {1}, true);
            backend.close();
            backend.close();
            assertThrows(IllegalStateException.class, () -> generation.next(new float[0], true));
            assertThrows(IllegalStateException.class, () -> transformer.begin(new int[] {1}, true));
            FeatureMap features = new FeatureMap(1, 8, 8, 8, new float[512]);
            assertThrows(IllegalStateException.class, () -> network.decode(features));
            assertThrows(
                    IllegalStateException.class,
                    () -> backend.transformer(model.spec().transformer(), model.transformerWeights()));
            assertDoesNotThrow(generation::close);
            assertDoesNotThrow(transformer::close);
            assertDoesNotThrow(network::close);
        }
    }

    @Test
    void aTensorThatDoesNotFitIsNamed() {
        BackendProvider provider = provider();
        try (ModelPackage model = ModelPackage.open(SETS.resolve("shared-aln"));
                Backend backend = open(provider)) {
            TransformerSpec spec = model.spec().transformer();
            TransformerSpec deeper = new TransformerSpec(
                    spec.depth() + 1,
                    spec.width(),
                    spec.heads(),
                    spec.feedForward(),
                    spec.classes(),
                    spec.sharedAdaLn(),
                    spec.l2NormAttention(),
                    spec.latentChannels(),
                    spec.vocabularySize(),
                    spec.pyramid());
            InvalidInputException missing = assertThrows(
                    InvalidInputException.class, () -> backend.transformer(deeper, model.transformerWeights()));
            assertTrue(missing.getMessage().contains("blocks." + spec.depth()), missing.getMessage());
            TransformerSpec wider = new TransformerSpec(
                    spec.depth(),
                    spec.width(),
                    spec.heads(),
                    spec.feedForward() * 2,
                    spec.classes(),
                    spec.sharedAdaLn(),
                    spec.l2NormAttention(),
                    spec.latentChannels(),
                    spec.vocabularySize(),
                    spec.pyramid());
            InvalidInputException misshapen = assertThrows(
                    InvalidInputException.class, () -> backend.transformer(wider, model.transformerWeights()));
            assertTrue(misshapen.getMessage().contains("ffn.fc1"), misshapen.getMessage());
        }
    }

    @Test
    void labelsThatDoNotExistAreRefused() {
        withTransformer((transformer, spec) -> {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> transformer
                            .begin(new int[] {spec.classes() + 1}, false)
                            .close());
            assertThrows(
                    IllegalArgumentException.class,
                    () -> transformer.begin(new int[] {-1}, false).close());
        });
    }

    @Test
    void theProbeComparesWhatAModelNeedsWithWhatThereIs() {
        BackendProvider provider = provider();
        ParameterValues options = options(provider);
        try (ModelPackage model = ModelPackage.open(SETS.resolve("shared-aln"))) {
            Optional<ModelSpec> spec = Optional.of(model.spec());
            Availability here = provider.probe(new ProbeRequest(options, spec, Machine.current()));
            assertTrue(here.isAvailable(), here.reason());
            assertTrue(here.need().orElseThrow().bytes() > 0);
            Machine full = fullMachine();
            Availability refused = provider.probe(new ProbeRequest(options, spec, full));
            assertTrue(refused.lacksMemory(), refused::toString);
            assertTrue(refused.reason().startsWith("needs about "), refused.reason());
            assertTrue(provider.probe(new ProbeRequest(options, Optional.empty(), full))
                    .isAvailable());
        }
    }

    @Test
    void aMachineOfWhichNothingIsKnownIsNoObstacle() {
        BackendProvider provider = provider();
        ParameterValues options = options(provider);
        try (ModelPackage model = ModelPackage.open(SETS.resolve("shared-aln"))) {
            Optional<ModelSpec> spec = Optional.of(model.spec());
            Availability here = provider.probe(new ProbeRequest(options, spec, Machine.current()));
            Machine unknown = new Machine(Set.of(), OptionalLong.empty());
            Availability there = provider.probe(new ProbeRequest(options, spec, unknown));
            assertTrue(there.isAvailable(), there.reason());
            assertTrue(there.score() <= here.score(), "nothing is known of that processor");
        }
    }

    /** Where the backend runs the whole loop itself; others are reported as skipped. */
    @Test
    void itsOwnLoopMakesWhatTheHostsMakes() {
        try (ModelPackage model = ModelPackage.open(SETS.resolve("shared-aln"));
                Backend backend = open(provider())) {
            ModelSpec spec = model.spec();
            ScaleTransformer transformer = backend.transformer(spec.transformer(), model.transformerWeights());
            TokenizerNetwork network = backend.tokenizerNetwork(spec.tokenizer(), model.tokenizerWeights());
            VisualTokenizer tokenizer = ServiceLoader.load(VisualTokenizerFactory.class)
                    .findFirst()
                    .orElseThrow()
                    .create(network, model.tokenizerWeights());
            Optional<DeviceLoop> loop = backend.deviceLoop(
                    transformer, network, tokenizer.quantiser().orElseThrow());
            assumeTrue(loop.isPresent(), () -> "backend " + backend() + " has no loop of its own");
            DeviceLoopAgreement agreement = new DeviceLoopAgreement(transformer, tokenizer, loop.get());
            assertFalse(agreement.check().isEmpty(), "a loop that supports nothing");
            ParameterValues nothing = ParameterValues.of("none", List.of(), Map.of());
            DeviceBatch batch = new DeviceBatch(
                    new int[] {1}, 0, 0, new Arithmetic("greedy/1", nothing), new Arithmetic("none/1", nothing));
            backend.close();
            assertThrows(IllegalStateException.class, () -> agreement.run(batch));
            assertDoesNotThrow(loop.get()::close);
        }
    }

    private interface Check {
        void run(ScaleTransformer transformer, TransformerSpec spec);
    }

    private void withTransformer(Check check) {
        try (ModelPackage model = ModelPackage.open(SETS.resolve("shared-aln"));
                Backend backend = open(provider())) {
            ModelSpec spec = model.spec();
            check.run(backend.transformer(spec.transformer(), model.transformerWeights()), spec.transformer());
        }
    }

    private BackendProvider provider() {
        String id = BackendChoice.parse(backend()).id().orElseThrow();
        return ServiceLoader.load(BackendProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no BackendProvider " + id + " in META-INF/services"));
    }

    private Backend open(BackendProvider provider) {
        return provider.open(options(provider));
    }

    private ParameterValues options(BackendProvider provider) {
        Map<String, String> options = BackendChoice.parse(backend()).options();
        return ParameterValues.of("backend " + provider.id(), provider.parameters(), options);
    }

    /** Some feature map at a scale, the same for every image: {@code [images, tokens, z]}. */
    private static float[] input(TransformerSpec spec, int scale, int images) {
        if (scale == 0) {
            return new float[0];
        }
        Random random = new Random(scale);
        float[] input = new float[spec.pyramid().tokens(scale) * spec.latentChannels()];
        for (int i = 0; i < input.length; i++) {
            input[i] = (float) random.nextGaussian();
        }
        return repeat(input, images);
    }

    private static float[] repeat(float[] values, int times) {
        float[] repeated = new float[values.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(values, 0, repeated, i * values.length, values.length);
        }
        return repeated;
    }

    private static float[] row(Logits logits, int image) {
        float[] all = new float[logits.tokens() * logits.vocabulary()];
        float[] row = new float[logits.vocabulary()];
        for (int token = 0; token < logits.tokens(); token++) {
            logits.copyRow(image, token, row);
            System.arraycopy(row, 0, all, token * row.length, row.length);
        }
        return all;
    }
}
