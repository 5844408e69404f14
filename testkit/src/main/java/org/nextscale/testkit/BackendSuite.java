package org.nextscale.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.Machine;
import org.nextscale.api.backend.ProbeRequest;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.backend.TransformerSession;
import org.nextscale.api.engine.ConformanceReport;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.Condition;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.Model;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.api.tokenizer.VisualTokenizerProvider;
import org.nextscale.api.verify.TensorCheck;
import org.nextscale.backend.support.DescribedMachine;
import org.nextscale.backend.support.DescribedProbe;

/**
 * What every {@link BackendProvider} must do: the reference implementation's numbers, and what the interfaces promise. What an
 * engine makes sure of for every backend alike (nothing of a wrong shape, nothing after closing) is not looked at again.
 */
public abstract class BackendSuite extends PluginSuite<BackendProvider> {
    /** Float32 arithmetic in another order, as for the reference's features. */
    private static final float ROUNDING = 1e-4f;

    protected BackendSuite() {
        super(PluginKind.BACKEND);
    }

    /**
     * What the probe sees where hardly any memory is left. Backends that do not compute in the machine's memory see to it that
     * theirs is full, until the test ends.
     */
    protected Machine fullMachine() {
        return new DescribedMachine(DescribedMachine.current().processorFeatures(), OptionalLong.of(1));
    }

    @TestFactory
    final Stream<DynamicTest> itComputesWhatTheReferenceComputes() {
        return ReferenceVectors.SETS.stream()
                .map(set -> DynamicTest.dynamicTest(set, () -> {
                    ConformanceReport report =
                            engine().verify(ReferenceVectors.folder(set), choice(), check -> {}, Cancellation.NEVER);
                    assertTrue(
                            report.holds(),
                            () -> report.checks().stream()
                                    .filter(check -> !check.holds())
                                    .map(TensorCheck::toString)
                                    .collect(Collectors.joining("\n")));
                }));
    }

    @Test
    final void aBatchOfMixedConditionsIsItsImagesOneByOne() {
        withTransformer((transformer, spec) -> {
            Condition shown = Condition.ofClass(3);
            try (TransformerSession together = transformer.begin(Conditions.of(shown, Condition.NONE, shown), true);
                    TransformerSession first = transformer.begin(Conditions.of(shown), true);
                    TransformerSession second = transformer.begin(Conditions.of(Condition.NONE), false)) {
                for (int k = 0; k < spec.pyramid().scales(); k++) {
                    float[] input = Inputs.ofScale(spec, k, 1);
                    ScaleLogits all = together.next(Inputs.repeat(input, 3), true);
                    float[] conditional = Inputs.ofImage(all.conditional(), 0);
                    float[] unconditional = Inputs.ofImage(all.conditional(), 1);
                    float[] third = Inputs.ofImage(all.conditional(), 2);
                    float[] half = Inputs.ofImage(all.unconditional().orElseThrow(), 0);
                    ScaleLogits alone = first.next(input, true);
                    assertArrayEquals(Inputs.ofImage(alone.conditional(), 0), conditional, ROUNDING);
                    assertArrayEquals(Inputs.ofImage(alone.unconditional().orElseThrow(), 0), half, ROUNDING);
                    assertArrayEquals(conditional, third, ROUNDING);
                    ScaleLogits unguided = second.next(input, false);
                    assertArrayEquals(Inputs.ofImage(unguided.conditional(), 0), unconditional, ROUNDING);
                    assertArrayEquals(Inputs.ofImage(unguided.conditional(), 0), half, ROUNDING);
                }
            }
        });
    }

    @Test
    final void theUnconditionalHalfCanBeGivenUp() {
        withTransformer((transformer, spec) -> {
            Conditions conditions = Conditions.ofClasses(1, 2);
            try (TransformerSession session = transformer.begin(conditions, true);
                    TransformerSession whole = transformer.begin(conditions, true)) {
                for (int k = 0; k < spec.pyramid().scales(); k++) {
                    float[] input = Inputs.ofScale(spec, k, 2);
                    ScaleLogits logits = session.next(input, k < 2);
                    ScaleLogits wanted = whole.next(input, true);
                    for (int image = 0; image < 2; image++) {
                        assertArrayEquals(
                                Inputs.ofImage(wanted.conditional(), image),
                                Inputs.ofImage(logits.conditional(), image),
                                ROUNDING);
                    }
                }
            }
        });
    }

    @Test
    final void scaleByScaleIsTeacherForcing() {
        withTransformer((transformer, spec) -> {
            ScalePyramid pyramid = spec.pyramid();
            float[][] found = new float[pyramid.scales()][];
            try (TransformerSession session = transformer.begin(Conditions.ofClasses(5), false)) {
                for (int k = 0; k < pyramid.scales(); k++) {
                    found[k] = Inputs.ofImage(
                            session.next(Inputs.ofScale(spec, k, 1), false).conditional(), 0);
                }
            }
            Logits forced = transformer.teacherForcing(Conditions.ofClasses(5), Inputs.ofAllScales(spec));
            float[] row = new float[spec.vocabularySize()];
            for (int k = 0; k < pyramid.scales(); k++) {
                for (int token = 0; token < pyramid.tokens(k); token++) {
                    forced.copyRow(0, pyramid.begin(k) + token, row);
                    for (int v = 0; v < row.length; v++) {
                        assertEquals(row[v], found[k][token * row.length + v], ROUNDING);
                    }
                }
            }
        });
    }

    @Test
    final void scalesWhoseInputsAreKnownCanBeRunAtOnce() {
        withTransformer((transformer, spec) -> {
            Conditions conditions = Conditions.ofClasses(1, 2);
            try (TransformerSession session = transformer.begin(conditions, true);
                    TransformerSession stepwise = transformer.begin(conditions, true)) {
                session.prefill(
                        IntStream.range(0, 3)
                                .mapToObj(k -> Inputs.ofScale(spec, k, 2))
                                .toList(),
                        true);
                for (int k = 0; k < 3; k++) {
                    stepwise.next(Inputs.ofScale(spec, k, 2), true);
                }
                float[] input = Inputs.ofScale(spec, 3, 2);
                ScaleLogits wanted = stepwise.next(input, true);
                ScaleLogits found = session.next(input, true);
                assertArrayEquals(
                        Inputs.ofImage(wanted.conditional(), 1), Inputs.ofImage(found.conditional(), 1), ROUNDING);
                assertArrayEquals(
                        Inputs.ofImage(wanted.unconditional().orElseThrow(), 1),
                        Inputs.ofImage(found.unconditional().orElseThrow(), 1),
                        ROUNDING);
            }
        });
    }

    @Test
    final void sessionsKnowNothingOfEachOther() {
        withTransformer((transformer, spec) -> {
            Conditions one = Conditions.ofClasses(1);
            TransformerSession session = transformer.begin(one, false);
            TransformerSession other = transformer.begin(Conditions.ofClasses(2), false);
            float[] before = Inputs.ofImage(session.next(new float[0], false).conditional(), 0);
            other.next(new float[0], false);
            other.close();
            for (int k = 1; k < spec.pyramid().scales(); k++) {
                session.next(Inputs.ofScale(spec, k, 1), false);
            }
            session.close();
            try (TransformerSession again = transformer.begin(one, false)) {
                assertArrayEquals(
                        before, Inputs.ofImage(again.next(new float[0], false).conditional(), 0));
            }
        });
    }

    @Test
    final void imagesOfABatchAreDecodedAsAlone() {
        withBackend((backend, model) -> {
            TokenizerNetwork network = backend.tokenizerNetwork(model.spec().tokenizer(), model.tokenizerWeights());
            int size = model.spec().imageSize();
            float[] values = new float[2 * Pixels.CHANNELS * size * size];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) Math.sin(i / 40.0);
            }
            Pixels images = new Pixels(2, size, size, values);
            FeatureMap features = network.encode(images);
            FeatureMap second = network.encode(images.image(1));
            int length = second.values().length;
            for (int i = 0; i < length; i++) {
                assertEquals(second.values()[i], features.values()[length + i], ROUNDING);
            }
            assertArrayEquals(
                    network.decode(second).values(),
                    network.decode(features).image(1).values(),
                    ROUNDING);
        });
    }

    @Test
    final void imagesNeedNotBeSquare() {
        withBackend((backend, model) -> {
            TokenizerNetwork network = backend.tokenizerNetwork(model.spec().tokenizer(), model.tokenizerWeights());
            int cell = model.spec().tokenizer().downsampling();
            Pixels image = new Pixels(1, 2 * cell, 3 * cell, new float[Pixels.CHANNELS * 6 * cell * cell]);
            FeatureMap features = network.encode(image);
            assertEquals(2, features.height());
            assertEquals(3, features.width());
            Pixels decoded = network.decode(features);
            assertEquals(image.height(), decoded.height());
            assertEquals(image.width(), decoded.width());
        });
    }

    @Test
    final void whatIsClosedCanBeOpenedAgainWithWhatWasMadeOfItStillOpen() {
        for (int round = 0; round < 2; round++) {
            try (Model model = engine().model(ReferenceVectors.folder())) {
                Backend backend = info().plugin().open(values());
                ScaleTransformer transformer =
                        backend.transformer(model.spec().transformer(), model.transformerWeights());
                backend.tokenizerNetwork(model.spec().tokenizer(), model.tokenizerWeights());
                transformer.begin(Conditions.ofClasses(1), true).next(new float[0], true);
                backend.close();
            }
        }
    }

    @Test
    final void aTensorThatDoesNotFitIsNamed() {
        withBackend((backend, model) -> {
            TransformerSpec spec = model.spec().transformer();
            TransformerSpec deeper = spec.toBuilder().depth(spec.depth() + 1).build();
            InvalidInputException missing = assertThrows(
                    InvalidInputException.class, () -> backend.transformer(deeper, model.transformerWeights()));
            assertTrue(missing.getMessage().contains("blocks." + spec.depth()), missing.getMessage());
            TransformerSpec wider =
                    spec.toBuilder().feedForward(spec.feedForward() * 2).build();
            InvalidInputException misshapen = assertThrows(
                    InvalidInputException.class, () -> backend.transformer(wider, model.transformerWeights()));
            assertTrue(misshapen.getMessage().contains("ffn.fc1"), misshapen.getMessage());
            TokenizerSpec more = model.spec().tokenizer().toBuilder()
                    .residualBlocks(model.spec().tokenizer().residualBlocks() + 1)
                    .build();
            InvalidInputException ofTokenizer = assertThrows(
                    InvalidInputException.class, () -> backend.tokenizerNetwork(more, model.tokenizerWeights()));
            assertTrue(ofTokenizer.getMessage().contains(".block."), ofTokenizer.getMessage());
        });
    }

    private ProbeRequest probe(Optional<ModelSpec> model, Machine machine) {
        return new DescribedProbe(values(), model, machine);
    }

    private Optional<ModelSpec> model() {
        try (Model model = engine().model(ReferenceVectors.folder())) {
            return Optional.of(model.spec());
        }
    }

    @Test
    final void theProbeComparesWhatAModelNeedsWithWhatThereIs() {
        BackendProvider provider = info().plugin();
        Availability here = provider.probe(probe(model(), DescribedMachine.current()));
        assertTrue(here.isAvailable(), here.reason());
        assertTrue(here.need().orElseThrow().bytes() > 0);
        Machine full = fullMachine();
        Availability refused = provider.probe(probe(model(), full));
        assertTrue(refused.lacksMemory(), refused::toString);
        assertTrue(refused.reason().startsWith("needs about "), refused.reason());
        assertTrue(provider.probe(probe(Optional.empty(), full)).isAvailable());
    }

    @Test
    final void aMachineOfWhichNothingIsKnownIsNoObstacle() {
        BackendProvider provider = info().plugin();
        Availability here = provider.probe(probe(model(), DescribedMachine.current()));
        Availability there = provider.probe(probe(model(), new DescribedMachine(Set.of(), OptionalLong.empty())));
        assertTrue(there.isAvailable(), there.reason());
        assertTrue(there.score() <= here.score(), "nothing is known of that processor");
    }

    /** Where the backend runs the whole loop itself; of others it is reported as skipped. */
    @Test
    final void itsOwnLoopMakesWhatTheHostsMakes() {
        withBackend((backend, model) -> {
            ModelSpec spec = model.spec();
            ScaleTransformer transformer = backend.transformer(spec.transformer(), model.transformerWeights());
            TokenizerNetwork network = backend.tokenizerNetwork(spec.tokenizer(), model.tokenizerWeights());
            PluginInfo<VisualTokenizerProvider> tokenizers =
                    engine().plugin(PluginKind.TOKENIZER, spec.tokenizer().type());
            VisualTokenizer tokenizer =
                    tokenizers.plugin().create(network, model.tokenizerWeights(), tokenizers.values(Map.of()));
            Optional<DeviceLoop> loop = backend.deviceLoop(
                    transformer, network, tokenizer.quantizerTables().orElseThrow());
            assumeTrue(loop.isPresent(), () -> "backend " + plugin() + " has no loop of its own");
            List<String> checked = new DeviceLoopAgreement(
                            engine(), transformer, tokenizer.quantizerTables().orElseThrow(), loop.get())
                    .check();
            assertFalse(checked.isEmpty(), "a loop that supports nothing");
        });
    }

    /** What is done with an open backend. */
    private interface Use<T, M> {
        void with(T first, M second);
    }

    private void withBackend(Use<Backend, Model> use) {
        try (Model model = engine().model(ReferenceVectors.folder());
                Backend backend = info().plugin().open(values())) {
            use.with(backend, model);
        }
    }

    private void withTransformer(Use<ScaleTransformer, TransformerSpec> use) {
        withBackend((backend, model) -> {
            TransformerSpec spec = model.spec().transformer();
            use.with(backend.transformer(spec, model.transformerWeights()), spec);
        });
    }
}
