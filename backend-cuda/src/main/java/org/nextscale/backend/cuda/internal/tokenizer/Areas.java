package org.nextscale.backend.cuda.internal.tokenizer;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.nextscale.backend.cuda.internal.driver.Context;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.DeviceMemory;
import org.nextscale.backend.cuda.internal.driver.MemoryPlan;

/**
 * The memory that stages share, in one allocation. First it only takes down how much of each area is asked for at most (a
 * rehearsal of the stages), then it is allocated and hands them out. Not thread-safe.
 */
final class Areas implements AutoCloseable {

    /** What a piece of the memory is for. */
    enum Area {
        /** Planes that come in, float32. */
        INPUT,
        /** Planes that go out, float32. */
        OUTPUT,
        /** One of two maps: a stage's input, or its result. */
        FIRST_MAP,
        SECOND_MAP,
        /** A normalised map: what convolutions of residual blocks read. */
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

    private final Map<Area, Long> needs = new EnumMap<>(Area.class);
    private final Map<Area, MemoryPlan.Piece> pieces = new EnumMap<>(Area.class);
    private DeviceMemory memory;

    /** An area of this size; contents are left over. While rehearsing it has no address. */
    DeviceBuffer get(Area area, long bytes) {
        if (memory == null) {
            needs.merge(area, bytes, Math::max);
            return new DeviceBuffer(0, bytes);
        }
        return memory.buffer(pieces.get(area)).slice(0, bytes);
    }

    /** What has been asked for. */
    MemoryPlan plan() {
        MemoryPlan plan = new MemoryPlan();
        needs.forEach((area, bytes) ->
                pieces.put(area, plan.add(area.name().toLowerCase(Locale.ROOT).replace('_', ' '), bytes)));
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
