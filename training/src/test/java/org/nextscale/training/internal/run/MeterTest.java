package org.nextscale.training.internal.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MeterTest {

    @Test
    void onlyRecentStepsCount() {
        AtomicLong clock = new AtomicLong(5);
        Meter meter = new Meter(clock::get);
        assertEquals(0, meter.secondsPerStep());
        for (int step = 0; step < 4; step++) {
            clock.addAndGet(3_000_000_000L);
            meter.step();
        }
        assertEquals(3, meter.secondsPerStep(), 1e-9);
        for (int step = 0; step < 50; step++) {
            clock.addAndGet(1_000_000_000L);
            meter.step();
        }
        assertEquals((4 * 3 + 50) / 54.0, meter.secondsPerStep(), 1e-9);
        for (int step = 0; step < 50; step++) {
            clock.addAndGet(1_000_000_000L);
            meter.step();
        }
        assertEquals(1, meter.secondsPerStep(), 1e-9);
    }
}
