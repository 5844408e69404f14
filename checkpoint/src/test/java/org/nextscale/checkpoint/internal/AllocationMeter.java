package org.nextscale.checkpoint.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Counts the bytes this thread allocates on the heap. */
public final class AllocationMeter {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** Classes, buffers and messages, whatever is read. */
    private static final long FIXED = 16 << 20;
    /** Bytes allocated for each byte of the file: a value pickled in one byte is an object and its place in a list. */
    private static final long PER_BYTE = 100;

    private final long before = THREADS.getCurrentThreadAllocatedBytes();

    private AllocationMeter() {}

    public static AllocationMeter start() {
        return new AllocationMeter();
    }

    /** Bytes since the start. */
    public long bytes() {
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    /** Asserts that what was allocated since the start is in proportion to the file. */
    public void requireBounded(Path file) {
        long allocated = bytes();
        try {
            long bound = FIXED + PER_BYTE * Files.size(file);
            assertTrue(allocated <= bound, allocated + " bytes allocated for a file of " + Files.size(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
