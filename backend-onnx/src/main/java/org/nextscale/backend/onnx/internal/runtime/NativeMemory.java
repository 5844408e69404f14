package org.nextscale.backend.onnx.internal.runtime;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.nextscale.api.backend.BackendException;

/**
 * A block of memory outside the heap that ONNX Runtime reads and writes in place. It begins zeroed and aligned to a cache
 * line; closing returns it at once instead of at some later garbage collection. Views must not be used after closing.
 */
public final class NativeMemory implements OpenResources.Resource {
    private static final int ALIGNMENT = 64;
    private static final MethodHandle RELEASE = findRelease();

    private ByteBuffer whole;
    private ByteBuffer aligned;

    private NativeMemory(ByteBuffer whole, long bytes) {
        this.whole = whole;
        aligned = whole.alignedSlice(ALIGNMENT).limit((int) bytes).order(ByteOrder.nativeOrder());
    }

    /** @throws BackendException if there is not that much memory, or more than one buffer can hold is asked for */
    public static NativeMemory allocate(long bytes) {
        if (bytes > Integer.MAX_VALUE - 2 * ALIGNMENT) {
            throw new BackendException(
                    "one tensor would take " + bytes + " bytes, more than 2 GB: make a smaller batch");
        }
        try {
            return new NativeMemory(ByteBuffer.allocateDirect((int) bytes + 2 * ALIGNMENT), bytes);
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
        if (released != null && RELEASE != null) {
            try {
                RELEASE.invoke(released);
            } catch (Throwable e) {
                throw new IllegalStateException("native memory could not be returned", e);
            }
        }
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
