package org.nextscale.backend.cuda.internal.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.api.BackendException;

/** That the emulated GPU finds mistakes (src/test/cuda/faults.cu): a test on it would prove little otherwise. */
class EmulatedGpuTest {
    private static final int THREADS = 256;
    private static final int FLOATS_BYTES = THREADS * Float.BYTES;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void aMissingBarrierShows(int seed) {
        float[] values = counting(THREADS);
        try (EmulatedGpu gpu = new EmulatedGpu("seed=" + seed)) {
            DeviceBuffer right = gpu.upload(values);
            DeviceBuffer wrong = gpu.upload(values);
            gpu.kernels()
                    .kernel("reverse_with_barrier")
                    .launch(1, THREADS)
                    .pointer(right)
                    .on(gpu.stream());
            gpu.kernels()
                    .kernel("reverse_without_barrier")
                    .launch(1, THREADS)
                    .pointer(wrong)
                    .on(gpu.stream());
            float[] reversed = gpu.floats(right);
            for (int i = 0; i < THREADS; i++) {
                assertEquals(THREADS - 1 - i, reversed[i]);
            }
            int unwritten = 0;
            for (float value : gpu.floats(wrong)) {
                unwritten += Float.isNaN(value) ? 1 : 0;
            }
            assertTrue(unwritten > THREADS / 4, unwritten + " threads came before the one they read from");
        }
    }

    @Test
    void anAsynchronousCopyIsThereOnlyAfterWaitingForIt() {
        float[] values = counting(THREADS);
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            DeviceBuffer in = gpu.upload(values);
            DeviceBuffer waited = gpu.allocate(FLOATS_BYTES);
            DeviceBuffer early = gpu.allocate(FLOATS_BYTES);
            copy(gpu, "copy_with_wait", in, waited);
            copy(gpu, "copy_without_wait", in, early);
            assertArrayEquals(values, gpu.floats(waited));
            assertTrue(Float.isNaN(gpu.floats(early)[0]));
        }
    }

    private static void copy(EmulatedGpu gpu, String name, DeviceBuffer in, DeviceBuffer out) {
        gpu.kernels()
                .kernel(name)
                .launch(1, 64)
                .shared(FLOATS_BYTES)
                .pointer(in)
                .pointer(out)
                .on(gpu.stream());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, -1})
    void writingJustOutsideOfAnAllocationShows(int offset) {
        assertFails(
                "memory was written " + (offset > 0 ? "behind" : "before") + " an allocation of 1024 bytes",
                gpu -> gpu.kernels()
                        .kernel("write_at")
                        .launch(1, THREADS)
                        .pointer(gpu.allocate(FLOATS_BYTES))
                        .integer(offset)
                        .on(gpu.stream()));
    }

    @Test
    void writingFarOutsideOfAnAllocationShows() {
        assertFails(
                "outside of any allocation",
                gpu -> gpu.kernels()
                        .kernel("write_at")
                        .launch(1, THREADS)
                        .pointer(gpu.allocate(FLOATS_BYTES))
                        .integer(1 << 20)
                        .on(gpu.stream()));
    }

    @Test
    void freedMemoryCannotBeUsed() {
        assertFails("outside of any allocation, or freed", gpu -> {
            DeviceMemory memory = gpu.context().allocate(FLOATS_BYTES);
            DeviceBuffer freed = memory.buffer();
            memory.close();
            gpu.kernels()
                    .kernel("reverse_with_barrier")
                    .launch(1, THREADS)
                    .pointer(freed)
                    .on(gpu.stream());
        });
    }

    @Test
    void writingBehindSharedMemoryShows() {
        assertFails(
                "shared memory was written outside of the 400 bytes",
                gpu -> gpu.kernels()
                        .kernel("write_behind_shared")
                        .launch(1, 1)
                        .shared(400)
                        .integer(100)
                        .on(gpu.stream()));
    }

    @Test
    void threadsThatWaitForEverShow() {
        assertFails(
                "wait for ever",
                gpu -> gpu.kernels()
                        .kernel("wait_for_ever")
                        .launch(1, THREADS)
                        .pointer(gpu.upload(1))
                        .on(gpu.stream()));
    }

    /** As a GPU does: the error comes up when the stream is waited for, and everything fails from then on. */
    private static void assertFails(String reason, Consumer<EmulatedGpu> mistake) {
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            mistake.accept(gpu);
            Stream stream = gpu.stream();
            String message =
                    assertThrows(BackendException.class, stream::synchronize).getMessage();
            assertTrue(message.contains("CUDA_ERROR_ILLEGAL_ADDRESS"), message);
            assertTrue(message.contains(reason), message);
            assertTrue(message.endsWith("the GPU is lost to this process, start it again"), message);
            assertThrows(BackendException.class, () -> gpu.allocate(1));
            gpu.setLost();
        }
    }

    /** Compiled code finds null pointers by the same signal that a kernel's bad access raises. */
    @Test
    void theJavaVmKeepsItsOwnFaults() {
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            assertArrayEquals(new float[] {1}, gpu.floats(gpu.upload(1)));
            gpu.kernels()
                    .kernel("write_at")
                    .launch(1, 1)
                    .pointer(gpu.allocate(Float.BYTES))
                    .integer(0)
                    .on(gpu.stream());
            gpu.stream().synchronize();
            int[][] rows = {{1}, null};
            int caught = 0;
            for (int i = 0; i < 40_000; i++) {
                try {
                    caught += rows[i < 39_000 ? 0 : 1].length;
                } catch (NullPointerException e) {
                    caught += 2;
                }
            }
            assertEquals(39_000 + 2 * 1000, caught);
        }
    }

    @Test
    void launchesThatNoGpuTakesAreRefused() {
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            DeviceBuffer values = gpu.upload(counting(THREADS));
            Kernel reverse = gpu.kernels().kernel("reverse_with_barrier");
            assertRefused("compiled for 256 at most", reverse.launch(1, 512).pointer(values), gpu);
            assertRefused(
                    "not the 8 bytes",
                    reverse.launch(1, THREADS).pointer(values).integer(1),
                    gpu);
            assertRefused(
                    "49152 are allowed",
                    reverse.launch(1, THREADS).shared(50_000).pointer(values),
                    gpu);
            gpu.kernels()
                    .kernel("reverse_with_barrier", 50_000)
                    .launch(1, THREADS)
                    .shared(50_000)
                    .pointer(values)
                    .on(gpu.stream());
            gpu.stream().synchronize();
            assertThrows(BackendException.class, () -> gpu.kernels().kernel("reverse_with_barrier", 200_000));
            assertThrows(BackendException.class, () -> gpu.kernels().kernel("no_such_kernel"));
        }
    }

    private static void assertRefused(String reason, KernelLaunch launch, EmulatedGpu gpu) {
        String message = assertThrows(BackendException.class, () -> launch.on(gpu.stream()))
                .getMessage();
        assertTrue(message.contains("CUDA_ERROR_INVALID_VALUE") && message.contains(reason), message);
    }

    private static float[] counting(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = i;
        }
        return values;
    }
}
