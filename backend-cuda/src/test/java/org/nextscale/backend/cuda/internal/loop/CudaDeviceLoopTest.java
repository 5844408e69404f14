package org.nextscale.backend.cuda.internal.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.api.BackendException;
import org.nextscale.api.backend.DeviceBatch;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.Nextscale;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.sampling.ExactAlgorithm;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.backend.cuda.internal.driver.EmulatedGpu;
import org.nextscale.testkit.DeviceLoopAgreement;

/** The loop around a scripted transformer: order, pipelining, errors, memory. */
class CudaDeviceLoopTest {
    private static final TransformerSpec SPEC = TransformerSpec.builder(1)
            .width(64)
            .heads(1)
            .classes(10)
            .latentChannels(8)
            .vocabularySize(96)
            .pyramid(ScalePyramid.of(1, 2, 3, 5))
            .build();
    private static final int SCALES = 4;
    private static final DeviceBatch BATCH = batch(1, 4);

    private final VisualTokenizer tokenizer = RandomTokenizer.of(96, 8, new Random(2));

    private static DeviceBatch batch(int... labels) {
        return DeviceBatch.of(
                Conditions.ofClasses(labels),
                5,
                3,
                HostAndDevice.algorithm(HostAndDevice.sampler("multinomial"), Map.of()),
                HostAndDevice.algorithm(HostAndDevice.guidance("ramp"), Map.of()));
    }

    private static ScriptedTransformer transformer(EmulatedGpu gpu) {
        return new ScriptedTransformer(gpu, SPEC, new Random(1));
    }

    private DeviceLoop loop(EmulatedGpu gpu) {
        return loop(transformer(gpu));
    }

    private DeviceLoop loop(ScriptedTransformer transformer) {
        return new CudaDeviceLoop(
                transformer.spec(), tokenizer.quantizerTables().orElseThrow(), transformer.places());
    }

    private static FeatureMap run(DeviceLoop loop, DeviceBatch batch) {
        return loop.run(batch, (scale, features) -> {}, Cancellation.NEVER);
    }

    /** With an even seed everything submitted is done when one waits for a scale, with an odd one only that scale is. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void agreesWithAPlainLoopOnTheHost(int seed) {
        try (Engine engine = Nextscale.engine();
                EmulatedGpu gpu = new EmulatedGpu("seed=" + seed)) {
            ScriptedTransformer transformer = transformer(gpu);
            try (DeviceLoop loop = loop(transformer)) {
                List<String> checked = new DeviceLoopAgreement(
                                engine, transformer, tokenizer.quantizerTables().orElseThrow(), loop)
                        .check();
                assertEquals((3 + 3 + 1) * (3 + 3 + 1), checked.size(), checked::toString);
            }
        }
    }

    /** It looks whether it is cancelled before it hands a scale over. */
    @Test
    void handsOverOneScaleAhead() {
        try (EmulatedGpu gpu = new EmulatedGpu();
                DeviceLoop loop = loop(gpu)) {
            List<String> events = new ArrayList<>();
            loop.run(BATCH, (scale, features) -> events.add(scale.index() + " done"), () -> {
                events.add("next?");
                return false;
            });
            assertEquals(List.of("next?", "next?", "0 done", "next?", "1 done", "next?", "2 done", "3 done"), events);
        }
    }

    /** Another request of the same size uses the graphs that are there: recording one more would fail. */
    @Test
    void recordsAScaleOnce() {
        try (EmulatedGpu gpu =
                        new EmulatedGpu("failing-call=cuGraphInstantiate", "failing-at=" + (SCALES + 1), "failure=2");
                DeviceLoop loop = loop(gpu)) {
            FeatureMap first = run(loop, BATCH);
            run(loop, batch(7, 7));
            assertArrayEquals(first.values(), run(loop, BATCH).values());
            assertThrows(BackendException.class, () -> run(loop, batch(7, 7, 1)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void whatAListenerThrowsComesOutUnchanged(int at) {
        RuntimeException stop = new RuntimeException("stop");
        RuntimeException thrown = stopped(
                (scale, features) -> {
                    if (scale.index() == at) {
                        throw stop;
                    }
                },
                Cancellation.NEVER);
        assertSame(stop, thrown);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void aScaleThatIsCancelledIsNotHandedOver(int cancelled) {
        AtomicInteger next = new AtomicInteger();
        List<Integer> done = new ArrayList<>();
        RuntimeException thrown =
                stopped((scale, features) -> done.add(scale.index()), () -> next.getAndIncrement() == cancelled);
        assertInstanceOf(CancellationException.class, thrown);
        assertEquals(IntStream.range(0, cancelled - 1).boxed().toList(), done, "one scale ahead");
    }

    /** What a batch is ended by. Its memory stays for the next one of its size, which knows nothing of it. */
    private RuntimeException stopped(DeviceLoop.Listener listener, Cancellation cancellation) {
        try (EmulatedGpu gpu = new EmulatedGpu();
                DeviceLoop loop = loop(gpu)) {
            float[] wanted = run(loop, BATCH).values();
            long free = gpu.context().freeBytes();
            RuntimeException thrown =
                    assertThrows(RuntimeException.class, () -> loop.run(batch(2, 3), listener, cancellation));
            assertEquals(0, thrown.getSuppressed().length);
            assertEquals(free, gpu.context().freeBytes());
            assertArrayEquals(wanted, run(loop, BATCH).values());
            return thrown;
        }
    }

    @Test
    void logitsThatAreNotFiniteEndIt() {
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            ScriptedTransformer transformer = transformer(gpu);
            transformer.setLogit(4, 2, Float.NaN);
            try (DeviceLoop loop = loop(transformer)) {
                long free = gpu.context().freeBytes();
                BackendException thrown = assertThrows(BackendException.class, () -> run(loop, BATCH));
                assertEquals(
                        "the logits hold NaN: the weights or the backend's arithmetic are broken", thrown.getMessage());
                assertEquals(free, gpu.context().freeBytes());
                assertEquals(2, run(loop, batch(1, 5)).batch(), "another class is well");
            }
        }
    }

    /** While opening, recording and running: of the batch's memory nothing is left. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cuMemAlloc:5",
                "cuMemAlloc:7",
                "cuMemHostAlloc:3",
                "cuEventCreate:2",
                "cuLaunchKernel:7",
                "cuGraphLaunch:3"
            })
    void aFailureOfTheDeviceLeavesNothingBehind(String failure) {
        String[] call = failure.split(":");
        try (EmulatedGpu gpu = new EmulatedGpu("failing-call=" + call[0], "failing-at=" + call[1], "failure=2")) {
            try (DeviceLoop loop = loop(gpu)) {
                long free = gpu.context().freeBytes();
                assertThrows(BackendException.class, () -> run(loop, BATCH));
                assertEquals(free, gpu.context().freeBytes());
            }
        }
    }

    @Test
    void threadsTakeTurns() {
        try (EmulatedGpu gpu = new EmulatedGpu();
                DeviceLoop loop = loop(gpu)) {
            List<DeviceBatch> batches = List.of(BATCH, batch(7, 7), batch(1), batch(2, 3));
            List<float[]> alone =
                    batches.stream().map(batch -> run(loop, batch).values()).toList();
            IntStream.range(0, 4 * batches.size()).parallel().forEach(i -> {
                int which = i % batches.size();
                assertArrayEquals(
                        alone.get(which), run(loop, batches.get(which)).values());
            });
        }
    }

    @Test
    void batchesGoToTheGpusInTurn() {
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            ScriptedTransformer transformer = transformer(gpu);
            LoopTransformer.Place place = transformer.places().get(0);
            int[] opened = new int[2];
            List<LoopTransformer.Place> places = IntStream.range(0, opened.length)
                    .mapToObj(i -> new LoopTransformer.Place(place.gpu(), (batch, unconditional) -> {
                        opened[i]++;
                        return place.passes().open(batch, unconditional);
                    }))
                    .toList();
            try (DeviceLoop loop =
                    new CudaDeviceLoop(SPEC, tokenizer.quantizerTables().orElseThrow(), places)) {
                float[] first = run(loop, BATCH).values();
                for (int i = 0; i < 3; i++) {
                    assertArrayEquals(first, run(loop, BATCH).values());
                }
            }
            assertArrayEquals(new int[] {1, 1}, opened);
        }
    }

    @Test
    void itsMemoryIsReturned() {
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            ScriptedTransformer transformer = transformer(gpu);
            loop(transformer).close();
            long free = gpu.context().freeBytes();
            for (int i = 0; i < 3; i++) {
                DeviceLoop loop = loop(transformer);
                run(loop, batch(1));
                run(loop, BATCH);
                loop.close();
                assertEquals(free, gpu.context().freeBytes());
            }
        }
    }

    /** Settings that differ by scale, and a guidance that stops early, are the host's. */
    @Test
    void refusesWhatItDoesNotKnow() {
        ExactAlgorithm known = HostAndDevice.algorithm(HostAndDevice.sampler("smooth"), Map.of("top-k", "40"));
        ExactAlgorithm guided = HostAndDevice.algorithm(HostAndDevice.guidance("constant"), Map.of("cfg", 4));
        ParameterValues nothing = ParameterValues.of("none", List.of(), Map.of());
        try (EmulatedGpu gpu = new EmulatedGpu();
                DeviceLoop loop = loop(gpu)) {
            assertTrue(loop.supports(known, guided));
            for (String sampler : List.of("multinomial", "smooth")) {
                Map.of("top-k", "9,20", "top-p", "0.9,1", "min-p", "0.1,0", "temperature", "1.5,1")
                        .forEach((name, values) -> {
                            ExactAlgorithm byScale =
                                    HostAndDevice.algorithm(HostAndDevice.sampler(sampler), Map.of(name, values));
                            assertFalse(loop.supports(byScale, guided), byScale::toString);
                        });
            }
            for (String guidance : List.of("constant", "ramp")) {
                ExactAlgorithm cutOff = HostAndDevice.algorithm(HostAndDevice.guidance(guidance), Map.of("cutoff", 1));
                assertFalse(loop.supports(known, cutOff), cutOff::toString);
            }
            assertFalse(loop.supports(ExactAlgorithm.of("argmax/1", nothing), guided));
            assertFalse(loop.supports(known, ExactAlgorithm.of("zigzag/1", nothing)));
        }
    }
}
