package org.nextscale.api.backend;

import java.util.Locale;
import java.util.Objects;

/**
 * Memory that a model needs on a backend, beside what there is: weights and one guided image. An estimate from the model's
 * shape, on the low side. Immutable.
 */
public final class MemoryNeed {
    private static final double GIGA = 1e9;
    private static final double MEGA = 1e6;

    private final String kind;
    private final long bytes;
    private final long freeBytes;

    private MemoryNeed(String kind, long bytes, long freeBytes) {
        this.kind = Objects.requireNonNull(kind);
        this.bytes = bytes;
        this.freeBytes = freeBytes;
    }

    /**
     * A need beside what there is.
     *
     * @param kind of memory, for messages: {@code "memory"}, {@code "direct memory"}, {@code "GPU memory"}
     * @param bytes that are needed
     * @param freeBytes that are there
     */
    public static MemoryNeed of(String kind, long bytes, long freeBytes) {
        return new MemoryNeed(kind, bytes, freeBytes);
    }

    /** Of memory, for messages. */
    public String kind() {
        return kind;
    }

    /** Bytes that are needed. */
    public long bytes() {
        return bytes;
    }

    /** Bytes that are there. */
    public long freeBytes() {
        return freeBytes;
    }

    public boolean fits() {
        return bytes <= freeBytes;
    }

    /** {@code "needs about 8.1 GB of memory, 3.2 GB are free"}. */
    @Override
    public String toString() {
        return "needs about " + inWords(bytes) + " of " + kind + ", " + inWords(freeBytes) + " are free";
    }

    /** A size in words, in units of 10⁹ or 10⁶ bytes: {@code "8.1 GB"}, {@code "64 MB"}. */
    public static String inWords(long bytes) {
        return bytes >= GIGA
                ? String.format(Locale.ROOT, "%.1f GB", bytes / GIGA)
                : String.format(Locale.ROOT, "%.0f MB", bytes / MEGA);
    }
}
