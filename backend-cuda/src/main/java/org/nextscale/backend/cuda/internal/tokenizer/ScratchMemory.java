package org.nextscale.backend.cuda.internal.tokenizer;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.nextscale.backend.cuda.internal.driver.Context;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.DeviceMemory;
import org.nextscale.backend.cuda.internal.driver.MemoryPlan;

/**
 * The memory that stages share, in one allocation. First it only takes down how much is asked for each use at most (a
 * rehearsal of the stages), then it is allocated and hands them out. Not thread-safe.
 */
final class ScratchMemory implements AutoCloseable {

    /** What some of the memory is for. */
    enum Use {
        /** Planes that come in, float32. */
        INPUT,
        /** Planes that go out, float32. */
        OUTPUT,
        /** One of two maps: a stage's input, or its result. */
        FIRST_MAP,
        SECOND_MAP,
        /** A normalized map: what convolutions of residual blocks read. */
        OPERAND,
        /** Means and squares of chunks of a map. */
        MOMENTS,
        /** A channel's mean and what its difference from that is multiplied with. */
        FACTORS,
        QUERIES_AND_KEYS,
        VALUES,
        SCORES,
        PROBABILITIES,
        /** Partial sums of products that are split. */
        PARTIAL
    }

    private final Map<Use, Long> needs = new EnumMap<>(Use.class);
    private final Map<Use, MemoryPlan.Region> regions = new EnumMap<>(Use.class);
    private DeviceMemory memory;

    /** Memory of this size; contents are left over. While rehearsing it has no address. */
    DeviceBuffer get(Use use, long bytes) {
        if (memory == null) {
            needs.merge(use, bytes, Math::max);
            return new DeviceBuffer(0, bytes);
        }
        return memory.buffer(regions.get(use)).slice(0, bytes);
    }

    /** What has been asked for. */
    MemoryPlan plan() {
        MemoryPlan plan = new MemoryPlan();
        needs.forEach((use, bytes) ->
                regions.put(use, plan.add(use.name().toLowerCase(Locale.ROOT).replace('_', ' '), bytes)));
        return plan;
    }

    /** Ends the rehearsal. */
    void allocate(Context context) {
        memory = context.allocate(plan().bytes());
    }

    @Override
    public void close() {
        if (memory != null) {
            memory.close();
        }
    }
}
