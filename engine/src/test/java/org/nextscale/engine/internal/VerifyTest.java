package org.nextscale.engine.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.ConformanceReport;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.CancellationToken;
import org.nextscale.api.training.TrainingReference;
import org.nextscale.api.verify.PromiseCheck;
import org.nextscale.api.verify.TensorCheck;
import org.nextscale.testkit.fake.FakeBackend;

/** What is verified, and what is told of it. */
class VerifyTest {
    private static final PluginChoice FAKE = PluginChoice.of("fake");

    private final FakeBackend backend = new FakeBackend("fake", 1);
    private final TestEngine engine = new TestEngine(TestEngine.NO_GRACE, backend);

    @AfterEach
    void nothingStaysOpen() {
        assertEquals(0, backend.openBackends());
        assertEquals(0, backend.openSessions());
    }

    private ConformanceReport verify() {
        return engine.engine.verify(TestEngine.MODEL, FAKE, check -> {}, Cancellation.NEVER);
    }

    /** Says nothing of what is asked, but one thing that is wrong. */
    private static final class Wrong implements TrainingReference {
        final List<int[]> batches = new ArrayList<>();

        @Override
        public String id() {
            return "wrong";
        }

        @Override
        public String description() {
            return "no training at all";
        }

        @Override
        public Map<String, float[]> compute(
                ModelSpec spec, WeightSource tokenizer, WeightSource transformer, Pixels image, int[] labels) {
            batches.add(new int[] {image.batch(), image.height(), labels.length});
            return Map.of("tokenizer.l1", new float[] {0});
        }
    }

    @Test
    void trainingIsVerifiedWhereItIsPluggedIn() {
        ConformanceReport without = verify();
        assertFalse(without.holds(), "noise is not what the reference computes");
        assertEquals(List.of("training.safetensors was not checked: training is not plugged in"), without.unchecked());

        Wrong training = new Wrong();
        engine.plugins.add(PluginKind.TRAINING_REFERENCE, training, "");
        ConformanceReport with = verify();
        assertEquals(1, training.batches.size());
        assertArrayEquals(new int[] {2, 16, 2}, training.batches.get(0));
        assertEquals(List.of(), with.unchecked());
        TensorCheck found = with.checks().stream()
                .filter(check -> check.name().equals("tokenizer.l1"))
                .findFirst()
                .orElseThrow();
        assertEquals(1, found.relativeError());
        assertFalse(found.holds());
        assertTrue(with.checks().size() > without.checks().size() + 200, "all of the file is compared");
    }

    @Test
    void cancellingStopsAfterTheTensorAtHand() {
        CancellationToken token = new CancellationToken();
        List<TensorCheck> checks = new ArrayList<>();
        assertThrows(
                CancellationException.class,
                () -> engine.engine.verify(
                        TestEngine.MODEL,
                        FAKE,
                        check -> {
                            checks.add(check);
                            if (checks.size() == 3) {
                                token.cancel();
                            }
                        },
                        token));
        assertEquals(3, checks.size());
    }

    private List<PromiseCheck> verify(PluginKind<?> kind, String plugin, Optional<Path> model) {
        return engine.engine.verify(kind, PluginChoice.parse("plugin", plugin), model, check -> {}, Cancellation.NEVER);
    }

    @Test
    void samplersGuidancesAndTokenizersThatShipKeepTheirPromises() {
        for (String sampler : List.of("multinomial", "multinomial:top-k=3,9", "greedy", "smooth")) {
            assertKept(verify(PluginKind.SAMPLER, sampler, Optional.empty()));
        }
        for (String guidance : List.of("ramp", "constant", "none", "ramp:cutoff=2", "constant:cutoff=3,cfg=0")) {
            assertKept(verify(PluginKind.GUIDANCE, guidance, Optional.empty()));
        }
        assertKept(verify(PluginKind.TOKENIZER, "multi-scale-vq", Optional.of(TestEngine.MODEL)));
    }

    private static void assertKept(List<PromiseCheck> checks) {
        assertTrue(checks.size() > 5);
        for (PromiseCheck check : checks) {
            assertTrue(check.holds(), check::toString);
        }
    }

    @Test
    void whatCannotBeVerifiedIsSaid() {
        assertRefused(
                "there is no sampler 'nobody'; there is greedy, multinomial, smooth", PluginKind.SAMPLER, "nobody");
        assertRefused("guidance ramp: cfg is 'much', must be a number in 0..100", PluginKind.GUIDANCE, "ramp:cfg=much");
        assertRefused("a tokenizer is checked with a model of its type", PluginKind.TOKENIZER, "multi-scale-vq");
        assertRefused(
                "what a backend promises cannot be checked this way; a sampler, a guidance or a tokenizer can",
                PluginKind.BACKEND,
                "fake");
    }

    private void assertRefused(String message, PluginKind<?> kind, String plugin) {
        assertEquals(
                message,
                assertThrows(InvalidInputException.class, () -> verify(kind, plugin, Optional.empty()))
                        .getMessage());
    }
}
