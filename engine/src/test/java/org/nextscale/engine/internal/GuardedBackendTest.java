package org.nextscale.engine.internal;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nextscale.api.BackendException;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.backend.DeviceBatch;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.backend.TransformerSession;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.Model;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.sampling.ExactAlgorithm;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.QuantizerTables;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.testkit.fake.FakeBackend;
import org.nextscale.testkit.fake.PlainDeviceLoop;

/** What the engine sees to for every backend alike, so that none needs to. */
class GuardedBackendTest {
    private static final Conditions ONE = Conditions.ofClasses(1);

    private final FakeBackend fake = new FakeBackend("fake", 1);
    private final TestEngine engine = new TestEngine(TestEngine.NO_GRACE, fake);
    private final Model model = engine.engine.model(TestEngine.MODEL);
    private final TransformerSpec spec = model.spec().transformer();
    private final Backend backend = open();
    private final ScaleTransformer transformer = backend.transformer(spec, model.transformerWeights());
    private final TokenizerNetwork network =
            backend.tokenizerNetwork(model.spec().tokenizer(), model.tokenizerWeights());

    private Backend open() {
        PluginInfo<BackendProvider> info = engine.engine.plugin(PluginKind.BACKEND, "fake");
        return info.plugin().open(info.values(Map.of()));
    }

    @AfterEach
    void nothingStaysOpen() {
        backend.close();
        model.close();
        assertEquals(0, fake.openSessions());
        assertEquals(0, fake.openBackends());
    }

    private float[] input(int scale) {
        return new float[scale == 0 ? 0 : spec.pyramid().tokens(scale) * spec.latentChannels()];
    }

    @Test
    void nothingIsCalledAfterClosingAndEverythingIsClosedWithTheBackend() {
        TransformerSession session = transformer.begin(ONE, true);
        session.next(input(0), true);
        assertEquals(1, fake.openSessions());
        backend.close();
        backend.close();
        assertEquals(0, fake.openSessions());
        assertThrows(IllegalStateException.class, () -> session.next(input(1), true));
        assertThrows(IllegalStateException.class, () -> transformer.begin(ONE, true));
        assertThrows(IllegalStateException.class, () -> transformer.teacherForcing(ONE, forced()));
        FeatureMap features = new FeatureMap(1, spec.latentChannels(), 8, 8, new float[spec.latentChannels() * 64]);
        assertThrows(IllegalStateException.class, () -> network.decode(features));
        assertThrows(IllegalStateException.class, () -> backend.transformer(spec, model.transformerWeights()));
        assertDoesNotThrow(session::close);
        assertDoesNotThrow(transformer::close);
        assertDoesNotThrow(network::close);
    }

    @Test
    void closingWaitsForWhatIsComputed() throws InterruptedException {
        CountDownLatch computing = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        fake.atEveryScale(() -> {
            computing.countDown();
            try {
                mayGoOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        TransformerSession session = transformer.begin(ONE, false);
        List<ScaleLogits> found = new ArrayList<>();
        Thread request = new Thread(() -> found.add(session.next(input(0), false)));
        request.start();
        computing.await();
        Thread closing = new Thread(backend::close);
        closing.start();
        TestEngine.awaitWaiting(closing);
        assertEquals(1, fake.openBackends());
        mayGoOn.countDown();
        closing.join();
        request.join();
        assertEquals(1, found.size());
        assertEquals(0, fake.openBackends());
    }

    @Test
    void whatComputesCannotCloseItself() {
        try (TransformerSession session = transformer.begin(ONE, false)) {
            for (Runnable close : List.<Runnable>of(transformer::close, backend::close)) {
                fake.atEveryScale(close);
                BackendException failure = assertThrows(
                        BackendException.class,
                        () -> transformer.begin(ONE, false).next(input(0), false));
                assertEquals(
                        "backend fake failed: IllegalStateException: backend fake cannot be closed by what it is"
                                + " computing",
                        failure.getMessage());
            }
            fake.atEveryScale(() -> {});
            session.next(input(0), false);
        }
    }

    private float[] forced() {
        int tokens = spec.pyramid().totalTokens() - spec.pyramid().tokens(0);
        return new float[tokens * spec.latentChannels()];
    }

    @Test
    void aSessionEndsAfterTheLastScale() {
        try (TransformerSession session = transformer.begin(ONE, false)) {
            for (int k = 0; k < spec.pyramid().scales(); k++) {
                session.next(input(k), false);
            }
            assertThrows(IllegalStateException.class, () -> session.next(input(0), false));
        }
    }

    @Test
    void prefillCountsItsScales() {
        try (TransformerSession session = transformer.begin(ONE, false)) {
            session.prefill(List.of(input(0), input(1)), false);
            assertThrows(IllegalArgumentException.class, () -> session.next(input(1), false));
            session.next(input(2), false);
        }
        try (TransformerSession session = transformer.begin(ONE, false)) {
            assertThrows(IllegalArgumentException.class, () -> session.prefill(List.of(input(0), input(2)), false));
        }
    }

    @Test
    void theUnconditionalHalfIsNotTakenBack() {
        try (TransformerSession session = transformer.begin(ONE, true)) {
            assertTrue(session.next(input(0), false).unconditional().isEmpty());
            assertThrows(IllegalStateException.class, () -> session.next(input(1), true));
        }
        try (TransformerSession session = transformer.begin(ONE, false)) {
            assertThrows(IllegalStateException.class, () -> session.next(input(0), true));
        }
    }

    @Test
    void classesThatDoNotExistAndInputsOfAnotherShapeAreRefused() {
        Conditions unknown = Conditions.ofClasses(spec.classes());
        assertThrows(IllegalArgumentException.class, () -> transformer.begin(unknown, false));
        assertThrows(IllegalArgumentException.class, () -> transformer.teacherForcing(unknown, forced()));
        assertThrows(IllegalArgumentException.class, () -> transformer.teacherForcing(ONE, new float[3]));
        try (TransformerSession session = transformer.begin(ONE, false)) {
            assertThrows(IllegalArgumentException.class, () -> session.next(input(1), false), "scale 0 has no input");
        }
        assertThrows(IllegalArgumentException.class, () -> network.encode(new Pixels(1, 15, 16, new float[3 * 240])));
        assertThrows(IllegalArgumentException.class, () -> network.decode(new FeatureMap(1, 1, 8, 8, new float[64])));
    }

    @Test
    void logitsOfAnotherShapeAreTheBackendsFailure() {
        fake.withLogits(logits -> new Logits(FloatBuffer.allocate(2), 1, 1, 2));
        try (TransformerSession session = transformer.begin(ONE, false)) {
            assertEquals(
                    "backend fake returned logits [1, 1, 2] instead of [1, 1, 96]",
                    assertThrows(BackendException.class, () -> session.next(input(0), false))
                            .getMessage());
        }
        fake.withLogits(logits -> null);
        assertThrows(BackendException.class, () -> transformer.teacherForcing(ONE, forced()));
    }

    @Test
    void aTransformerOfAnotherTypeIsNotEvenAskedFor() {
        TransformerSpec other = spec.toBuilder().type("own-scale-only").build();
        assertEquals(
                "backend fake cannot compute transformers of type own-scale-only, only var",
                assertThrows(BackendException.class, () -> backend.transformer(other, model.transformerWeights()))
                        .getMessage());
    }

    @Test
    void aDeviceLoopIsOnlyAskedForWhatExists() {
        fake.withDeviceLoop((bare, tables) -> Optional.of(new PlainDeviceLoop(bare, tables, Set.of("greedy/1"))));
        int z = spec.latentChannels();
        QuantizerTables tables = new QuantizerTables(
                new float[spec.vocabularySize() * z],
                List.of(new QuantizerTables.Convolution(new float[z * z * 9], new float[z])));
        DeviceLoop loop = backend.deviceLoop(transformer, network, tables).orElseThrow();
        ParameterValues nothing = ParameterValues.of("nothing", List.of(), Map.of());
        ExactAlgorithm greedy = ExactAlgorithm.of("greedy/1", nothing);
        ExactAlgorithm none = ExactAlgorithm.of("none/1", nothing);
        DeviceBatch batch = DeviceBatch.of(ONE, 0, 0, greedy, none);
        assertEquals(
                1, loop.run(batch, (scale, features) -> {}, Cancellation.NEVER).batch());
        DeviceBatch unknown = DeviceBatch.of(Conditions.ofClasses(spec.classes()), 0, 0, greedy, none);
        assertThrows(
                IllegalArgumentException.class, () -> loop.run(unknown, (scale, features) -> {}, Cancellation.NEVER));
        backend.close();
        assertThrows(IllegalStateException.class, () -> loop.run(batch, (scale, features) -> {}, Cancellation.NEVER));
        assertDoesNotThrow(loop::close);
    }
}
