package org.nextscale.backend.nd4j.internal.compute;

/** Native scratch memory that becomes as large as the largest use of it. One thread at a time. */
public final class GrowingFloats implements AutoCloseable {
    private NativeMemory memory = new NativeMemory();
    private Floats floats;

    /** At least {@code length} floats; contents are left over from the last use, and lost when it grows. */
    public Floats atLeast(long length) {
        if (floats == null || floats.length() < length) {
            memory.close();
            memory = new NativeMemory();
            floats = null;
            floats = memory.allocate(length);
        }
        return floats;
    }

    @Override
    public void close() {
        memory.close();
        floats = null;
    }
}
