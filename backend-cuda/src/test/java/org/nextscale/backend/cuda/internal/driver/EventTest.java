package org.nextscale.backend.cuda.internal.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Waiting for a place on a stream. */
class EventTest {

    /** What is behind the event may be done by then, or not: an even seed and an odd one show both. */
    @ParameterizedTest
    @CsvSource({"1, 1.0", "2, 2.0"})
    void waitsForWhatIsBeforeItAlone(int seed, float found) {
        try (EmulatedGpu gpu = new EmulatedGpu("seed=" + seed);
                Stream other = gpu.context().stream();
                Staging copies = new Staging(gpu.context(), other, 64);
                Event event = gpu.context().event()) {
            DeviceBuffer one = gpu.upload(1);
            DeviceBuffer two = gpu.upload(2);
            DeviceBuffer target = gpu.upload(0);
            gpu.stream().copy(one, target);
            event.record(gpu.stream());
            gpu.stream().copy(two, target);
            event.synchronize();
            float[] value = new float[1];
            copies.download(target, FloatBuffer.wrap(value));
            assertEquals(found, value[0]);
            assertEquals(2, gpu.floats(target)[0]);
        }
    }

    @Test
    void isReachedWhereItWasRecordedLast() {
        try (EmulatedGpu gpu = new EmulatedGpu();
                Event event = gpu.context().event()) {
            event.synchronize();
            for (int i = 1; i <= 3; i++) {
                gpu.upload(i);
                event.record(gpu.stream());
                event.synchronize();
            }
            event.close();
            assertThrows(IllegalStateException.class, event::synchronize);
        }
    }
}
