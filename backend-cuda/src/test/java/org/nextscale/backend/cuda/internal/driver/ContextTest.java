package org.nextscale.backend.cuda.internal.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.nextscale.api.BackendException;

/** Memory, copies, streams and graphs of the driver layer. */
class ContextTest {

    @Test
    void memoryComesBackWhenItIsClosed() {
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            long free = gpu.context().freeBytes();
            for (int i = 0; i < 100; i++) {
                DeviceMemory memory = gpu.context().allocate(1 << 20);
                assertEquals(free - (1 << 20), gpu.context().freeBytes());
                memory.close();
                memory.close();
                assertThrows(IllegalStateException.class, memory::buffer);
            }
            assertEquals(free, gpu.context().freeBytes());
        }
    }

    @Test
    void tooMuchMemoryIsRefusedWithTheNumbers() {
        try (EmulatedGpu gpu = new EmulatedGpu("memory=30000000")) {
            gpu.allocate(10_000_000);
            String message = assertThrows(BackendException.class, () -> gpu.allocate(25_000_000))
                    .getMessage();
            assertEquals(
                    "emulated GPU 0 has no 25 MB of memory, 20 MB are free: a smaller batch, a smaller model or "
                            + "precision=bf16 needs less",
                    message);
        }
    }

    @Test
    void aPlanKnowsItsSizeBeforehandAndItsRegionsAreAligned() {
        MemoryPlan plan = new MemoryPlan();
        MemoryPlan.Region first = plan.add("keys", 1000);
        MemoryPlan.Region second = plan.add("values", 3_000_000);
        assertEquals(0, first.offset());
        assertEquals(1024, second.offset());
        assertEquals(1024 + 3_000_064, plan.bytes());
        assertEquals("3 MB: values 3 MB, keys 0 MB", plan.toString());
        try (EmulatedGpu gpu = new EmulatedGpu();
                DeviceMemory memory = gpu.context().allocate(plan.bytes())) {
            DeviceBuffer values = memory.buffer(second);
            assertEquals(memory.buffer().address() + 1024, values.address());
            assertEquals(3_000_000, values.bytes());
            assertThrows(IndexOutOfBoundsException.class, () -> values.slice(1, 3_000_000));
        }
    }

    /** The tests' pinned buffer has 1 MB. */
    @Test
    void whatIsLargerThanThePinnedBufferIsCopiedInPieces() {
        float[] values = new float[600_001];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            DeviceBuffer buffer = gpu.upload(values);
            assertArrayEquals(values, gpu.floats(buffer));
            ByteBuffer bytes = ByteBuffer.allocate(3 << 20);
            gpu.staging().download(buffer, bytes.limit(values.length * Float.BYTES));
            DeviceBuffer other = gpu.allocate(buffer.bytes());
            gpu.staging().upload(bytes, other);
            assertArrayEquals(values, gpu.floats(other));
            gpu.stream().fill(other, 0);
            gpu.stream().copy(buffer.slice(0, 40), other.slice(40, 40));
            float[] copied = gpu.floats(other);
            assertEquals(0, copied[9]);
            assertEquals(5, copied[15]);
        }
    }

    @Test
    void anyThreadMayCall() {
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            float[] values = CompletableFuture.supplyAsync(() -> gpu.floats(gpu.upload(1, 2, 3)))
                    .join();
            assertArrayEquals(new float[] {1, 2, 3}, values);
        }
    }

    /** Otherwise the graph would depend on memory that is not its own. */
    @Test
    void nothingIsAllocatedOrWaitedForWhileAGraphIsRecorded() {
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            Stream stream = gpu.stream();
            String message = assertThrows(BackendException.class, () -> stream.capture(() -> gpu.allocate(4)))
                    .getMessage();
            assertTrue(message.contains("CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED"), message);
            assertThrows(BackendException.class, () -> stream.capture(stream::synchronize));
            assertArrayEquals(new float[] {1}, gpu.floats(gpu.upload(1)), "the stream goes on");
        }
    }

    @Test
    void aLostDeviceIsSaidByTheCallThatMeetsItAndNotAgainByClosing() {
        try (EmulatedGpu gpu = new EmulatedGpu("failing-call=cuStreamSynchronize", "failing-at=2", "failure=719")) {
            gpu.upload(1);
            String message =
                    assertThrows(BackendException.class, () -> gpu.upload(1)).getMessage();
            assertEquals(
                    "cuStreamSynchronize failed: CUDA_ERROR_LAUNCH_FAILED; the GPU is lost to this process, start it again",
                    message);
            gpu.setLost();
        }
    }

    @Test
    void aClosedContextIsNotUsed() {
        EmulatedGpu.equip();
        Context context = new Context(Driver.devices().get(0));
        context.close();
        context.close();
        assertThrows(IllegalStateException.class, context::freeBytes);
    }
}
