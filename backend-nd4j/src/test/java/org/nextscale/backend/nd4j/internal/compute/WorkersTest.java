package org.nextscale.backend.nd4j.internal.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.backend.support.DescribedMachine;

class WorkersTest {
    private static final NativeLibrary LIBRARY = NativeLibrary.load(NativeBuilds.of(DescribedMachine.current()));

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void everyPartRunsOnce(int threads) {
        try (Workers workers = new Workers(LIBRARY, threads)) {
            for (int round = 0; round < 2000; round++) {
                int parts = 1 + round % 11;
                AtomicIntegerArray runs = new AtomicIntegerArray(parts);
                workers.exclusively(() -> workers.run(parts, (worker, part) -> runs.incrementAndGet(part)));
                for (int part = 0; part < parts; part++) {
                    assertEquals(1, runs.get(part), "part " + part + " of round " + round);
                }
            }
        }
    }

    @Test
    void aFailureReachesTheCallerAndTheTeamWorksOn() {
        try (Workers workers = new Workers(LIBRARY, 3)) {
            workers.exclusively(() -> {
                IllegalArgumentException thrown = assertThrows(
                        IllegalArgumentException.class,
                        () -> workers.run(20, (worker, part) -> {
                            if (part == 7) {
                                throw new IllegalArgumentException("seven");
                            }
                        }));
                assertEquals("seven", thrown.getMessage());
                AtomicIntegerArray runs = new AtomicIntegerArray(20);
                workers.run(20, (worker, part) -> runs.incrementAndGet(part));
                assertEquals(1, runs.get(19));
            });
        }
    }

    @Test
    void isUsedOneCallerAtATimeAndNotAfterClosing() {
        Workers workers = new Workers(LIBRARY, 2);
        assertThrows(IllegalStateException.class, () -> workers.run(1, (worker, part) -> {}));
        workers.close();
        workers.close();
        assertThrows(
                IllegalStateException.class, () -> workers.exclusively(() -> workers.run(1, (worker, part) -> {})));
    }
}
