package org.nextscale.backend.cuda.internal.driver;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The tests' GPU: this module's kernels compiled for the CPU, behind an emulated libcuda.so.1 (src/test/native). Tests that
 * need it are skipped where there is no g++ to build it. One at a time.
 */
public final class EmulatedGpu implements AutoCloseable {
    private static final int STAGING_BYTES = 1 << 20;

    private final Context context;
    private final Stream stream;
    private final Staging staging;
    private final KernelModule kernels;
    private final Deque<DeviceMemory> memories = new ArrayDeque<>();
    private boolean lost;

    /** @param settings lines {@code key=value} as in src/test/native/settings.h */
    public EmulatedGpu(String... settings) {
        equip(settings);
        List<GpuDevice> devices = Driver.devices();
        assertTrue(devices.get(0).name().startsWith("emulated"), devices.toString());
        context = new Context(devices.get(0));
        stream = context.stream();
        staging = new Staging(context, stream, STAGING_BYTES);
        kernels = context.kernels();
    }

    /** Equips the machine anew, for the next who asks the driver; skips the test if there is no emulated driver. */
    public static void equip(String... settings) {
        Path file = Path.of(System.getenv("NEXTSCALE_EMULATION"));
        assumeTrue(
                Files.exists(file.resolveSibling("libcuda.so.1")),
                "the emulated CUDA driver is built where there is g++ only");
        try {
            Files.write(file, List.of(settings));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An error has been met from which the GPU does not recover. */
    public void setLost() {
        lost = true;
    }

    public Context context() {
        return context;
    }

    public Stream stream() {
        return stream;
    }

    public KernelModule kernels() {
        return kernels;
    }

    public Staging staging() {
        return staging;
    }

    /** Memory that is returned with this GPU, with NaN in it. */
    public DeviceBuffer allocate(long bytes) {
        DeviceMemory memory = context.allocate(bytes);
        memories.push(memory);
        return memory.buffer();
    }

    public DeviceBuffer upload(float... values) {
        DeviceBuffer buffer = allocate((long) values.length * Float.BYTES);
        staging.upload(values, buffer);
        return buffer;
    }

    /** As bf16; what they have more bits is cut off. */
    public DeviceBuffer uploadBf16(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Short.BYTES).order(ByteOrder.nativeOrder());
        for (float value : values) {
            bytes.putShort((short) (Float.floatToIntBits(value) >>> Short.SIZE));
        }
        DeviceBuffer buffer = allocate(bytes.capacity());
        staging.upload(bytes.flip(), buffer);
        return buffer;
    }

    /** Cuts off the bits that a bf16 does not have. */
    public static void roundToBf16(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(Float.floatToIntBits(values[i]) & 0xffff0000);
        }
    }

    public float[] floats(DeviceBuffer buffer) {
        float[] values = new float[(int) (buffer.bytes() / Float.BYTES)];
        staging.download(buffer, FloatBuffer.wrap(values));
        return values;
    }

    /** bf16 as float32. */
    public float[] bf16(DeviceBuffer buffer) {
        ByteBuffer bytes = ByteBuffer.allocate((int) buffer.bytes()).order(ByteOrder.nativeOrder());
        staging.download(buffer, bytes);
        float[] values = new float[bytes.capacity() / Short.BYTES];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(bytes.getShort(i * Short.BYTES) << Short.SIZE);
        }
        return values;
    }

    /** Everything on the GPU is returned; mistakes that nobody has met yet come up. */
    @Override
    public void close() {
        try {
            if (!lost) {
                stream.synchronize();
            }
            while (!memories.isEmpty()) {
                memories.pop().close();
            }
            kernels.close();
            staging.close();
            stream.close();
        } finally {
            context.close();
        }
    }
}
