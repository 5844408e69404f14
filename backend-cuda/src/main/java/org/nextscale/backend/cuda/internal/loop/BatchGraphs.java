package org.nextscale.backend.cuda.internal.loop;

import java.nio.FloatBuffer;
import org.nextscale.api.BackendException;
import org.nextscale.api.backend.DeviceBatch;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.backend.cuda.internal.driver.Context;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.Event;
import org.nextscale.backend.cuda.internal.driver.Graph;
import org.nextscale.backend.cuda.internal.driver.PinnedMemory;
import org.nextscale.backend.cuda.internal.driver.Staging;
import org.nextscale.backend.support.Resources;

/**
 * Batches of one size, guided or not, on one GPU: the memory, and a graph a scale, recorded when the scale is run first. One
 * batch at a time, for one thread at a time.
 */
final class BatchGraphs implements AutoCloseable {
    /** Scales that may be under way. */
    private static final int AHEAD = 2;

    private final LoopTables tables;
    private final ScaleSteps steps;
    private final Staging copies;
    private final ScalePasses passes;
    private final boolean guided;
    private final Resources resources = new Resources();
    private final LoopBuffers buffers;
    private final PinnedMemory request;
    private final Event[] ends = new Event[AHEAD];
    private final Graph[] graphs;

    /** @param copies copies from the GPU while the passes' stream goes on */
    BatchGraphs(
            Context context,
            LoopTables tables,
            ScaleSteps steps,
            Staging copies,
            ScalePasses.Opener transformer,
            int batch,
            boolean guided) {
        this.tables = tables;
        this.steps = steps;
        this.copies = copies;
        this.guided = guided;
        int scales = tables.pyramid().scales();
        graphs = new Graph[scales];
        try {
            passes = resources.add(transformer.open(batch, guided));
            buffers = resources.add(new LoopBuffers(context, tables, batch));
            request = resources.add(context.pinned(LoopRequest.bytes(scales)));
            for (int i = 0; i < AHEAD; i++) {
                ends[i] = resources.add(context.event());
            }
        } catch (RuntimeException e) {
            resources.close();
            throw e;
        }
    }

    boolean serves(int batch, boolean guided) {
        return buffers.batch() == batch && this.guided == guided;
    }

    /**
     * Starts a batch of this size.
     *
     * @param rows of the class embedding, one an image
     */
    void begin(DeviceBatch batch, int[] rows) {
        new LoopRequest(batch, tables.pyramid()).write(request.bytes());
        passes.stream().upload(request, buffers.request());
        passes.stream().fill(buffers.error(), 0);
        passes.begin(rows);
    }

    /** Puts a scale on the stream. The scale before the last one must have ended. */
    void submit(int scale) {
        if (graphs[scale] == null) {
            graphs[scale] = resources.add(passes.stream().capture(() -> record(scale)));
        }
        graphs[scale].launch(passes.stream());
        ends[scale % AHEAD].record(passes.stream());
    }

    private void record(int scale) {
        ScalePyramid pyramid = tables.pyramid();
        boolean last = scale == pyramid.scales() - 1;
        passes.enqueue(scale);
        steps.enqueue(
                pyramid.scale(scale),
                buffers,
                passes.conditional(scale),
                passes.unconditional(scale),
                last ? null : passes.input(scale + 1),
                passes.stream());
    }

    /** Waits for a scale that was submitted, not for the one behind it. */
    void await(int scale) {
        ends[scale % AHEAD].synchronize();
    }

    /**
     * f̂ after a scale that has ended, until the scale after the next is submitted.
     *
     * @throws BackendException if logits were not finite
     */
    FeatureMap features(int scale) {
        requireFinite();
        DeviceBuffer features = buffers.features(scale);
        float[] values = new float[(int) (features.bytes() / Float.BYTES)];
        copies.download(features, FloatBuffer.wrap(values));
        int side = tables.pyramid().finestSide();
        return new FeatureMap(buffers.batch(), tables.z(), side, side, values);
    }

    private void requireFinite() {
        float[] found = new float[1];
        copies.download(buffers.error(), FloatBuffer.wrap(found));
        if (Float.floatToRawIntBits(found[0]) != 0) {
            throw new BackendException(
                    "the logits hold " + found[0] + ": the weights or the backend's arithmetic are broken");
        }
    }

    /** Waits until the GPU does nothing of a batch any more. */
    void drain() {
        passes.stream().synchronize();
    }

    @Override
    public void close() {
        resources.close();
    }
}
