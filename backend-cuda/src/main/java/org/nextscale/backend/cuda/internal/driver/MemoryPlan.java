package org.nextscale.backend.cuda.internal.driver;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.nextscale.api.backend.MemoryNeed;

/**
 * What goes into one allocation: named regions one after another, so that the whole is known before anything is allocated.
 * Not thread-safe.
 */
public final class MemoryPlan {
    /** As cuMemAlloc aligns; enough for any access and for whole sectors of the cache. */
    public static final int ALIGNMENT = 256;

    /**
     * A region of the plan.
     *
     * @param name for messages
     * @param offset in bytes, a multiple of {@link #ALIGNMENT}
     * @param bytes of it
     */
    public record Region(String name, long offset, long bytes) {}

    private final List<Region> regions = new ArrayList<>();
    private long bytes;

    /** Adds a region behind the others. */
    public Region add(String name, long length) {
        if (length <= 0) {
            throw new IllegalArgumentException(name + " has " + length + " bytes");
        }
        Region region = new Region(name, bytes, length);
        regions.add(region);
        bytes = Math.addExact(bytes, Math.multiplyExact(Math.floorDiv(length + ALIGNMENT - 1, ALIGNMENT), ALIGNMENT));
        return region;
    }

    /** Bytes of the whole. */
    public long bytes() {
        return bytes;
    }

    /** The whole and its largest regions, in words. */
    @Override
    public String toString() {
        return MemoryNeed.inWords(bytes) + ": "
                + regions.stream()
                        .sorted(Comparator.comparingLong(Region::bytes).reversed())
                        .limit(5)
                        .map(region -> region.name() + " " + MemoryNeed.inWords(region.bytes()))
                        .collect(Collectors.joining(", "));
    }
}
