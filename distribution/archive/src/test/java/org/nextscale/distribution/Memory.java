package org.nextscale.distribution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Resident memory of this process. */
final class Memory {

    private static final int COLLECTIONS = 3;

    private Memory() {}

    /** The same without the heap, which is whole from the start: what a backend holds is a larger part of it. */
    static long residentOutsideHeap() {
        return resident() - Runtime.getRuntime().totalMemory();
    }

    /** Bytes resident after the heap has been collected. */
    static long resident() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            System.runFinalization();
        }
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
