package org.nextscale.backend.cuda.internal.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.api.backend.BackendException;
import org.nextscale.api.backend.DeviceBatch;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.backend.DeviceLoopObserver;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.api.sampling.Arithmetic;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.backend.cuda.internal.driver.EmulatedGpu;
import org.nextscale.engine.verify.DeviceLoopAgreement;

/** The loop around a scripted transformer: order, pipelining, errors, memory. */
class CudaDeviceLoopTest {
    private static final TransformerSpec SPEC =
            new TransformerSpec(1, 64, 1, 256, 10, false, true, 8, 96, ScalePyramid.of(1, 2, 3, 5));
    private static final int SCALES = 4;
    private static final DeviceBatch BATCH = batch(1, 4);

    private final VisualTokenizer tokenizer = RandomTokenizer.of(96, 8, new Random(2));

    private static DeviceBatch batch(int... labels) {
        return new DeviceBatch(
                labels,
                3,
                5,
                HostAndDevice.arithmetic(HostAndDevice.sampler("multinomial"), Map.of()),
                HostAndDevice.arithmetic(HostAndDevice.guidance("ramp"), Map.of()));
    }

    private static ScriptedTransformer transformer(EmulatedGpu gpu) {
        return new ScriptedTransformer(gpu, SPEC, new Random(1));
    }

    private DeviceLoop loop(EmulatedGpu gpu) {
        return loop(transformer(gpu));
    }

    private DeviceLoop loop(ScriptedTransformer transformer) {
        return new CudaDeviceLoop(transformer.spec(), tokenizer.quantiser().orElseThrow(), transformer.places());
    }

    /** Notes what it is told; does something at an event. */
    private static final class Notes implements DeviceLoopObserver {
        private final List<String> events = new ArrayList<>();
        private final String at;
        private final Runnable then;

        Notes(String at, Runnable then) {
            this.at = at;
            this.then = then;
        }

        @Override
        public void begins(Scale scale) {
            note("begins " + scale.index());
        }

        @Override
        public void ends(Scale scale, Supplier<FeatureMap> features) {
            note("ends " + scale.index());
        }

        private void note(String event) {
            events.add(event);
            if (event.equals(at)) {
                then.run();
            }
        }
    }

    private static Notes quiet() {
        return new Notes("", () -> {});
    }

    /** With an even seed everything submitted is done when one waits for a scale, with an odd one only that scale is. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void agreesWithTheHostsLoop(int seed) {
        try (EmulatedGpu gpu = new EmulatedGpu("seed=" + seed)) {
            ScriptedTransformer transformer = transformer(gpu);
            DeviceLoop loop = loop(transformer);
            List<String> checked = new DeviceLoopAgreement(transformer, tokenizer, loop).check();
            assertEquals((3 + 3 + 1) * (3 + 3 + 1), checked.size(), checked::toString);
            loop.close();
        }
    }

    @Test
    void handsOverOneScaleAhead() {
        try (EmulatedGpu gpu = new EmulatedGpu();
                DeviceLoop loop = loop(gpu)) {
            Notes notes = quiet();
            loop.run(BATCH, notes);
            assertEquals(
                    List.of("begins 0", "begins 1", "ends 0", "begins 2", "ends 1", "begins 3", "ends 2", "ends 3"),
                    notes.events);
        }
    }

    /** Another request of the same size uses the graphs that are there: recording one more would fail. */
    @Test
    void recordsAScaleOnce() {
        try (EmulatedGpu gpu =
                        new EmulatedGpu("failing-call=cuGraphInstantiate", "failing-at=" + (SCALES + 1), "failure=2");
                DeviceLoop loop = loop(gpu)) {
            FeatureMap first = loop.run(BATCH, quiet());
            loop.run(batch(7, 7), quiet());
            assertArrayEquals(first.values(), loop.run(BATCH, quiet()).values());
            assertThrows(BackendException.class, () -> loop.run(batch(7, 7, 1), quiet()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"begins 0", "begins 2", "ends 1", "ends 3"})
    void whatAnObserverThrowsComesOutUnchanged(String event) {
        try (EmulatedGpu gpu = new EmulatedGpu();
                DeviceLoop loop = loop(gpu)) {
            float[] wanted = loop.run(BATCH, quiet()).values();
            long free = gpu.context().freeBytes();
            RuntimeException stop = new RuntimeException("stop");
            RuntimeException thrown = assertThrows(
                    RuntimeException.class,
                    () -> loop.run(batch(2, 3), new Notes(event, () -> {
                        throw stop;
                    })));
            assertSame(stop, thrown);
            assertEquals(0, stop.getSuppressed().length);
            assertEquals(free, gpu.context().freeBytes());
            assertArrayEquals(wanted, loop.run(BATCH, quiet()).values());
        }
    }

    @Test
    void logitsThatAreNotFiniteEndIt() {
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            ScriptedTransformer transformer = transformer(gpu);
            transformer.setLogit(4, 2, Float.NaN);
            DeviceLoop loop = loop(transformer);
            IllegalStateException thrown = assertThrows(IllegalStateException.class, () -> loop.run(BATCH, quiet()));
            assertEquals(
                    "the logits hold NaN: the weights or the backend's arithmetic are broken", thrown.getMessage());
            assertEquals(2, loop.run(batch(1, 5), quiet()).batch(), "another class is well");
            loop.close();
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
                assertThrows(BackendException.class, () -> loop.run(BATCH, quiet()));
                assertEquals(free, gpu.context().freeBytes());
            }
        }
    }

    @Test
    void threadsTakeTurns() {
        try (EmulatedGpu gpu = new EmulatedGpu();
                DeviceLoop loop = loop(gpu)) {
            List<DeviceBatch> batches = List.of(BATCH, batch(7, 7), batch(1), batch(2, 3));
            List<float[]> alone = batches.stream()
                    .map(batch -> loop.run(batch, quiet()).values())
                    .toList();
            IntStream.range(0, 4 * batches.size()).parallel().forEach(i -> {
                int which = i % batches.size();
                assertArrayEquals(
                        alone.get(which), loop.run(batches.get(which), quiet()).values());
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
                    new CudaDeviceLoop(SPEC, tokenizer.quantiser().orElseThrow(), places)) {
                float[] first = loop.run(BATCH, quiet()).values();
                for (int i = 0; i < 3; i++) {
                    assertArrayEquals(first, loop.run(BATCH, quiet()).values());
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
                loop.run(batch(1), quiet());
                loop.run(BATCH, quiet());
                loop.close();
                loop.close();
                assertEquals(free, gpu.context().freeBytes());
                assertThrows(IllegalStateException.class, () -> loop.run(BATCH, quiet()));
            }
        }
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        ParameterValues nothing = ParameterValues.of("none", List.of(), Map.of());
        try (EmulatedGpu gpu = new EmulatedGpu();
                DeviceLoop loop = loop(gpu)) {
            assertTrue(loop.supports(BATCH.sampler(), BATCH.guidance()));
            assertFalse(loop.supports(new Arithmetic("multinomial/2", nothing), BATCH.guidance()));
            assertFalse(loop.supports(BATCH.sampler(), new Arithmetic("zigzag/1", nothing)));
            assertThrows(IllegalArgumentException.class, () -> loop.run(batch(), quiet()));
            assertThrows(IllegalArgumentException.class, () -> loop.run(batch(11), quiet()));
            assertThrows(IllegalArgumentException.class, () -> loop.run(batch(0, -1), quiet()));
        }
    }
}
