package org.nextscale.backend.cuda.internal.driver;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.nextscale.api.backend.MemoryNeed;

/**
 * What goes into one allocation: named pieces one after another, so that the whole is known before anything is allocated.
 * Not thread-safe.
 */
public final class MemoryPlan {
    /** As cuMemAlloc aligns; enough for any access and for whole sectors of the cache. */
    public static final int ALIGNMENT = 256;

    /**
     * A piece of the plan.
     *
     * @param name for messages
     * @param offset in bytes, a multiple of {@link #ALIGNMENT}
     * @param bytes of it
     */
    public record Piece(String name, long offset, long bytes) {}

    private final List<Piece> pieces = new ArrayList<>();
    private long bytes;

    /** Adds a piece behind the others. */
    public Piece add(String name, long length) {
        if (length <= 0) {
            throw new IllegalArgumentException(name + " has " + length + " bytes");
        }
        Piece piece = new Piece(name, bytes, length);
        pieces.add(piece);
        bytes = Math.addExact(bytes, Math.multiplyExact(Math.floorDiv(length + ALIGNMENT - 1, ALIGNMENT), ALIGNMENT));
        return piece;
    }

    /** Bytes of the whole. */
    public long bytes() {
        return bytes;
    }

    /** The whole and its largest pieces, in words. */
    @Override
    public String toString() {
        return MemoryNeed.inWords(bytes) + ": "
                + pieces.stream()
                        .sorted(Comparator.comparingLong(Piece::bytes).reversed())
                        .limit(5)
                        .map(piece -> piece.name() + " " + MemoryNeed.inWords(piece.bytes()))
                        .collect(Collectors.joining(", "));
    }
}
