package org.nextscale.backend.cuda.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.DeviceBatch;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.sampling.ExactAlgorithm;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.QuantizerTables;
import org.nextscale.backend.cuda.internal.driver.EmulatedGpu;
import org.nextscale.backend.cuda.internal.loop.RandomTokenizer;
import org.nextscale.backend.cuda.internal.loop.ScriptedTransformer;
import org.nextscale.backend.cuda.internal.transformer.RandomTransformer;
import org.nextscale.testkit.fake.FakeTransformer;

/** The option that says where the scale loop runs, and for whose transformers there is a loop. */
class CudaBackendLoopTest {
    private static final TransformerSpec SPEC = TransformerSpec.builder(1)
            .width(64)
            .heads(1)
            .classes(10)
            .latentChannels(8)
            .vocabularySize(96)
            .pyramid(ScalePyramid.of(1, 2))
            .build();

    private static final ParameterValues NOTHING = ParameterValues.of("none", List.of(), Map.of());
    private static final DeviceBatch BATCH = DeviceBatch.of(
            Conditions.ofClasses(1),
            0,
            0,
            ExactAlgorithm.of("greedy/1", NOTHING),
            ExactAlgorithm.of("none/1", NOTHING));

    private final QuantizerTables tables =
            RandomTokenizer.of(96, 8, new Random(2)).quantizerTables().orElseThrow();

    @Test
    void offersALoopForWhatRunsOnItsGpus() {
        try (EmulatedGpu gpu = new EmulatedGpu();
                Backend backend = open(Map.of());
                DeviceLoop loop = backend.deviceLoop(new ScriptedTransformer(gpu, SPEC, new Random(1)), null, tables)
                        .orElseThrow()) {
            assertTrue(loop.supports(BATCH.sampler(), BATCH.guidance()));
            assertEquals(1, run(loop).batch());
        }
    }

    /** A loop of a transformer that was closed before it computes nothing. */
    @Test
    void offersOneForItsOwnTransformer() {
        EmulatedGpu.equip();
        try (Backend backend = open(Map.of());
                ScaleTransformer transformer = backend.transformer(SPEC, new RandomTransformer(SPEC));
                DeviceLoop loop = backend.deviceLoop(transformer, null, tables).orElseThrow()) {
            assertArrayEquals(run(loop).values(), run(loop).values());
            transformer.close();
            assertThrows(IllegalStateException.class, () -> run(loop));
        }
    }

    @Test
    void offersNoneOnTheHostOrForAnothersTransformer() {
        try (EmulatedGpu gpu = new EmulatedGpu();
                Backend host = open(Map.of("loop", "host"));
                Backend device = open(Map.of())) {
            ScriptedTransformer transformer = new ScriptedTransformer(gpu, SPEC, new Random(1));
            assertEquals(Optional.empty(), host.deviceLoop(transformer, null, tables));
            assertEquals(Optional.empty(), device.deviceLoop(new FakeTransformer(SPEC), null, tables));
        }
    }

    private static Backend open(Map<String, Object> options) {
        CudaBackendProvider provider = new CudaBackendProvider();
        return provider.open(ParameterValues.of("cuda", provider.parameters(), options));
    }

    private static FeatureMap run(DeviceLoop loop) {
        return loop.run(BATCH, (scale, features) -> {}, Cancellation.NEVER);
    }
}
