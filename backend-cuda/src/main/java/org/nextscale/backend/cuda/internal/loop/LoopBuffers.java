package org.nextscale.backend.cuda.internal.loop;

import org.nextscale.api.model.ScalePyramid;
import org.nextscale.backend.cuda.internal.driver.Context;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.DeviceMemory;
import org.nextscale.backend.cuda.internal.driver.MemoryPlan;

/** What batches of one size need on a GPU beside the transformer's memory; one batch at a time. */
final class LoopBuffers implements AutoCloseable {
    private final int batch;
    private final DeviceMemory memory;
    private final DeviceBuffer request;
    private final DeviceBuffer error;
    private final DeviceBuffer tokens;
    private final DeviceBuffer embeddings;
    private final DeviceBuffer[] features;
    private final DeviceBuffer weights;

    LoopBuffers(Context context, LoopTables tables, int batch) {
        this.batch = batch;
        ScalePyramid pyramid = tables.pyramid();
        long side = pyramid.finestSide();
        long rows = side * side * batch;
        long features = rows * tables.z() * Float.BYTES;
        boolean longRows = ScaleSteps.areLong(tables.vocabulary());
        MemoryPlan plan = new MemoryPlan();
        MemoryPlan.Region request = plan.add("the request", LoopRequest.bytes(pyramid.scales()));
        MemoryPlan.Region error = plan.add("the error", Integer.BYTES);
        MemoryPlan.Region tokens = plan.add("tokens", rows * Integer.BYTES);
        MemoryPlan.Region embeddings = plan.add("codes of a scale", features);
        MemoryPlan.Region even = plan.add("f̂ of even scales", features);
        MemoryPlan.Region odd = plan.add("f̂ of odd scales", features);
        MemoryPlan.Region weights =
                longRows ? plan.add("weights of codes", rows * tables.vocabulary() * Float.BYTES) : null;
        memory = context.allocate(plan.bytes());
        this.request = memory.buffer(request);
        this.error = memory.buffer(error);
        this.tokens = memory.buffer(tokens);
        this.embeddings = memory.buffer(embeddings);
        this.features = new DeviceBuffer[] {memory.buffer(even), memory.buffer(odd)};
        this.weights = longRows ? memory.buffer(weights) : null;
    }

    int batch() {
        return batch;
    }

    /** What {@link LoopRequest} writes. */
    DeviceBuffer request() {
        return request;
    }

    /** 0, or the bits of a maximum of logits that is not finite. */
    DeviceBuffer error() {
        return error;
    }

    /** Of the scale at work, {@code [batch, tokens]}. */
    DeviceBuffer tokens() {
        return tokens;
    }

    /** Of the scale at work, {@code [batch, tokens, z]}. */
    DeviceBuffer embeddings() {
        return embeddings;
    }

    /** f̂ after a scale, {@code [batch, z, side, side]}; it stays until the scale after the next writes there. */
    DeviceBuffer features(int scale) {
        return features[scale % features.length];
    }

    /** Room for long rows only, {@code [batch, tokens, vocabulary]}. */
    DeviceBuffer weights() {
        return weights;
    }

    @Override
    public void close() {
        memory.close();
    }
}
