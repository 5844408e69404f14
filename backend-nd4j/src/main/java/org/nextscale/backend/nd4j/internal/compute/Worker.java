package org.nextscale.backend.nd4j.internal.compute;

/**
 * What one thread of a {@link Workers} team works with: its operations and scratch memory that is reused from task to
 * task. Handed to tasks while they run, and not to be kept by them.
 */
public final class Worker implements AutoCloseable {
    private static final int ARRAYS = 4;

    private final Operations operations;
    private final Exponential exponential = new Exponential();
    private final float[][] arrays = new float[ARRAYS][0];
    private final GrowingFloats scratch = new GrowingFloats();

    Worker(NativeLibrary library) {
        operations = new Operations(library);
    }

    public Operations operations() {
        return operations;
    }

    public Exponential exponential() {
        return exponential;
    }

    /** Scratch array {@code index} (0 to 3) with at least {@code length} elements; contents are left over. */
    public float[] array(int index, int length) {
        if (arrays[index].length < length) {
            arrays[index] = new float[Math.max(length, 1024)];
        }
        return arrays[index];
    }

    /** Native scratch of at least {@code length} floats; contents are left over, and lost when it grows. */
    public Floats scratch(long length) {
        return scratch.atLeast(length);
    }

    @Override
    public void close() {
        operations.close();
        scratch.close();
    }
}
