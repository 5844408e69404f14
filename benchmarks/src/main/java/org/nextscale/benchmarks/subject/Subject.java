package org.nextscale.benchmarks.subject;

import java.io.IOException;

/** Something measured: a model ready to make images. Used by one thread. */
public interface Subject extends AutoCloseable {

    /** What computes, in words. */
    String device();

    /**
     * Makes images and encodes them.
     *
     * @param batch how many together
     * @param seed of the random numbers
     */
    ImageTimes images(int batch, long seed) throws IOException;

    /** GFLOP/s of one {@code size³} product of float32 matrices in this engine; 0 if it cannot say. */
    default double gemm(int size) {
        return 0;
    }

    @Override
    void close();
}
