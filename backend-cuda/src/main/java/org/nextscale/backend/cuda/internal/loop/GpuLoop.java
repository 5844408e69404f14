package org.nextscale.backend.cuda.internal.loop;

import org.nextscale.api.BackendException;
import org.nextscale.api.backend.DeviceBatch;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.QuantizerTables;
import org.nextscale.backend.cuda.internal.driver.Staging;
import org.nextscale.backend.cuda.internal.driver.Stream;
import org.nextscale.backend.cuda.internal.gpu.Gpu;
import org.nextscale.backend.support.Resources;

/**
 * The scale loop on one GPU. The memory and the graphs of the last batch stay for the next one of its size. Threads take turns.
 */
final class GpuLoop implements AutoCloseable {
    private static final int STAGING_BYTES = 1 << 20;

    private final Gpu gpu;
    private final ScalePasses.Opener transformer;
    private final Resources resources = new Resources();
    private final Staging copies;
    private final LoopTables tables;
    private final ScaleSteps steps;
    private final TransformerSpec spec;
    private BatchGraphs graphs;

    GpuLoop(Gpu gpu, ScalePasses.Opener transformer, QuantizerTables quantizer, TransformerSpec spec) {
        this.spec = spec;
        this.gpu = gpu;
        this.transformer = transformer;
        try {
            Stream stream = resources.add(gpu.context().stream());
            copies = resources.add(new Staging(gpu.context(), stream, STAGING_BYTES));
            tables = resources.add(
                    new LoopTables(gpu.context(), copies, quantizer, spec.pyramid(), spec.latentChannels()));
            steps = new ScaleSteps(gpu.kernels(), tables);
        } catch (RuntimeException e) {
            resources.close();
            throw e;
        }
    }

    /** As {@link DeviceLoop#run}. */
    synchronized FeatureMap run(DeviceBatch batch, DeviceLoop.Listener listener, Cancellation cancellation) {
        try {
            open(batch);
            return runOpened(batch, listener, cancellation);
        } catch (BackendException e) {
            discard(e);
            throw e;
        }
    }

    private void open(DeviceBatch batch) {
        int images = batch.conditions().size();
        boolean guided = new LoopRequest(batch, tables.pyramid()).usesUnconditional();
        if (graphs != null && !graphs.serves(images, guided)) {
            closeGraphs();
        }
        if (graphs == null) {
            graphs = new BatchGraphs(gpu.context(), tables, steps, copies, transformer, images, guided);
        }
    }

    private FeatureMap runOpened(DeviceBatch batch, DeviceLoop.Listener listener, Cancellation cancellation) {
        int scales = tables.pyramid().scales();
        try {
            graphs.begin(batch, batch.conditions().embeddingRows(spec));
            submit(0, cancellation);
            for (int k = 0; k < scales; k++) {
                if (k + 1 < scales) {
                    submit(k + 1, cancellation);
                }
                graphs.await(k);
                int ended = k;
                listener.scaleDone(tables.pyramid().scale(k), () -> graphs.features(ended));
            }
        } catch (RuntimeException | Error e) {
            drainAfter(e);
            throw e;
        }
        return graphs.features(scales - 1);
    }

    private void submit(int scale, Cancellation cancellation) {
        cancellation.throwIfCancelled();
        graphs.submit(scale);
    }

    /** The GPU may still be at work on scales whose end nobody will see. */
    private void drainAfter(Throwable cause) {
        try {
            graphs.drain();
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    /** After a failure of the device nothing of a batch stays behind. */
    private void discard(BackendException cause) {
        try {
            closeGraphs();
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    private void closeGraphs() {
        if (graphs != null) {
            BatchGraphs old = graphs;
            graphs = null;
            old.close();
        }
    }

    @Override
    public synchronized void close() {
        try {
            closeGraphs();
        } finally {
            resources.close();
        }
    }
}
