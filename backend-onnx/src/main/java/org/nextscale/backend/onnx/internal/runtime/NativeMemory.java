package org.nextscale.backend.onnx.internal.runtime;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.nextscale.api.BackendException;

/**
 * A block of memory outside the heap that ONNX Runtime reads and writes in place, aligned to a cache line. Closing returns
 * it at once instead of at some later garbage collection, to the system or to the pool it came from. Views must not be used
 * after closing.
 */
public final class NativeMemory implements AutoCloseable {
    private static final int ALIGNMENT = 64;
    private static final MethodHandle RELEASE = findRelease();

    private final MemoryPool pool;
    private ByteBuffer whole;
    private ByteBuffer aligned;

    /** @param pool takes the block back; {@code null} if the system does */
    NativeMemory(ByteBuffer whole, long bytes, MemoryPool pool) {
        this.whole = whole;
        this.pool = pool;
        aligned = whole.alignedSlice(ALIGNMENT).limit((int) bytes).order(ByteOrder.nativeOrder());
    }

    /**
     * Zeroed memory from the system.
     *
     * @throws BackendException if there is not that much memory, or more than one buffer can hold is asked for
     */
    public static NativeMemory allocate(long bytes) {
        return new NativeMemory(block(bytes), bytes, null);
    }

    /** A block with room for so many bytes on an aligned address. */
    static ByteBuffer block(long bytes) {
        if (bytes > Integer.MAX_VALUE - 2 * ALIGNMENT) {
            throw new BackendException(
                    "one tensor would take " + bytes + " bytes, more than 2 GB: make a smaller batch");
        }
        try {
            return ByteBuffer.allocateDirect((int) bytes + 2 * ALIGNMENT);
        } catch (OutOfMemoryError e) {
            throw new BackendException(
                    "no room for " + (bytes >> 20)
                            + " MB of native memory; a JVM allows as much as its heap unless told "
                            + "otherwise with -XX:MaxDirectMemorySize (" + e.getMessage() + ")",
                    e);
        }
    }

    public static NativeMemory floats(long elements) {
        return allocate(Math.multiplyExact(elements, Float.BYTES));
    }

    public int size() {
        return view().limit();
    }

    /** All of it, in native byte order. */
    public ByteBuffer bytes() {
        return view().duplicate().order(ByteOrder.nativeOrder());
    }

    /** A part of it, in native byte order. */
    public ByteBuffer bytes(long offset, long length) {
        return view().slice(Math.toIntExact(offset), Math.toIntExact(length)).order(ByteOrder.nativeOrder());
    }

    /** All of it as floats. */
    public FloatBuffer floats() {
        return view().asFloatBuffer();
    }

    private ByteBuffer view() {
        if (aligned == null) {
            throw new IllegalStateException("this memory was returned");
        }
        return aligned;
    }

    @Override
    public void close() {
        ByteBuffer released = whole;
        whole = null;
        aligned = null;
        if (released != null && pool != null) {
            pool.giveBack(released);
        } else if (released != null) {
            release(released);
        }
    }

    static void release(ByteBuffer block) {
        if (RELEASE == null) {
            return;
        }
        try {
            RELEASE.invoke(block);
        } catch (Throwable e) {
            throw new IllegalStateException("native memory could not be returned", e);
        }
    }

    /** Whether a block holds so many bytes, and not many more. */
    static boolean fits(ByteBuffer block, long bytes) {
        long spare = block.capacity() - 2 * ALIGNMENT - bytes;
        return spare >= 0 && spare <= bytes / 8;
    }

    /** The JDK's only way to free a direct buffer before it is collected; without it the collector does it later. */
    private static MethodHandle findRelease() {
        try {
            Class<?> unsafe = Class.forName("sun.misc.Unsafe", true, ClassLoader.getPlatformClassLoader());
            Field instance = unsafe.getDeclaredField("theUnsafe");
            instance.setAccessible(true);
            return MethodHandles.lookup()
                    .findVirtual(unsafe, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class))
                    .bindTo(instance.get(null));
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }
}
