package org.nextscale.backend.cuda.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.DeviceBatch;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.backend.DeviceLoopObserver;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.api.sampling.Arithmetic;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.Quantiser;
import org.nextscale.backend.cuda.internal.driver.EmulatedGpu;
import org.nextscale.backend.cuda.internal.loop.RandomTokenizer;
import org.nextscale.backend.cuda.internal.loop.ScriptedTransformer;
import org.nextscale.backend.cuda.internal.transformer.RandomTransformer;

/** The option that says where the scale loop runs, and who closes the loop. */
class CudaBackendLoopTest {
    private static final TransformerSpec SPEC =
            new TransformerSpec(1, 64, 1, 256, 10, false, true, 8, 96, ScalePyramid.of(1, 2));

    private final Quantiser quantiser =
            RandomTokenizer.of(96, 8, new Random(2)).quantiser().orElseThrow();

    @Test
    void offersALoopThatItCloses() {
        try (EmulatedGpu gpu = new EmulatedGpu();
                Backend backend = open(Map.of())) {
            ScriptedTransformer transformer = new ScriptedTransformer(gpu, SPEC, new Random(1));
            DeviceLoop loop = backend.deviceLoop(transformer, null, quantiser).orElseThrow();
            ParameterValues nothing = ParameterValues.of("none", List.of(), Map.of());
            DeviceBatch batch = new DeviceBatch(
                    new int[] {1}, 0, 0, new Arithmetic("greedy/1", nothing), new Arithmetic("none/1", nothing));
            assertTrue(loop.supports(batch.sampler(), batch.guidance()));
            assertEquals(1, loop.run(batch, new Nobody()).batch());
            backend.close();
            assertThrows(IllegalStateException.class, () -> loop.run(batch, new Nobody()));
        }
    }

    /** A loop of a transformer that was closed before it computes nothing. */
    @Test
    void offersOneForItsOwnTransformer() {
        EmulatedGpu.equip();
        try (Backend backend = open(Map.of())) {
            ScaleTransformer transformer = backend.transformer(SPEC, new RandomTransformer());
            DeviceLoop loop = backend.deviceLoop(transformer, null, quantiser).orElseThrow();
            ParameterValues nothing = ParameterValues.of("none", List.of(), Map.of());
            DeviceBatch batch = new DeviceBatch(
                    new int[] {1}, 0, 0, new Arithmetic("greedy/1", nothing), new Arithmetic("none/1", nothing));
            assertArrayEquals(
                    loop.run(batch, new Nobody()).values(),
                    loop.run(batch, new Nobody()).values());
            transformer.close();
            assertThrows(IllegalStateException.class, () -> loop.run(batch, new Nobody()));
        }
    }

    @Test
    void offersNoneOnTheHostOrForAnothersTransformer() {
        try (EmulatedGpu gpu = new EmulatedGpu();
                Backend host = open(Map.of("loop", "host"));
                Backend device = open(Map.of())) {
            ScriptedTransformer transformer = new ScriptedTransformer(gpu, SPEC, new Random(1));
            assertEquals(Optional.empty(), host.deviceLoop(transformer, null, quantiser));
            assertEquals(Optional.empty(), device.deviceLoop(null, null, quantiser));
        }
    }

    private static Backend open(Map<String, Object> options) {
        CudaBackendProvider provider = new CudaBackendProvider();
        return provider.open(ParameterValues.of("cuda", provider.parameters(), options));
    }

    private record Nobody() implements DeviceLoopObserver {
        @Override
        public void begins(Scale scale) {}

        @Override
        public void ends(Scale scale, Supplier<FeatureMap> features) {}
    }
}
