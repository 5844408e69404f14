package org.nextscale.backend.cuda.internal.loop;

import org.nextscale.api.backend.BackendException;
import org.nextscale.api.backend.DeviceBatch;
import org.nextscale.api.backend.DeviceLoopObserver;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.Quantiser;
import org.nextscale.backend.cuda.internal.Gpu;
import org.nextscale.backend.cuda.internal.driver.Resources;
import org.nextscale.backend.cuda.internal.driver.Staging;
import org.nextscale.backend.cuda.internal.driver.Stream;

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
    private BatchGraphs graphs;
    private boolean closed;

    /** @param z channels of f̂ */
    GpuLoop(Gpu gpu, ScalePasses.Opener transformer, Quantiser quantiser, ScalePyramid pyramid, int z) {
        this.gpu = gpu;
        this.transformer = transformer;
        try {
            Stream stream = resources.add(gpu.context().stream());
            copies = resources.add(new Staging(gpu.context(), stream, STAGING_BYTES));
            tables = resources.add(new LoopTables(gpu.context(), copies, quantiser, pyramid, z));
            steps = new ScaleSteps(gpu.kernels(), tables);
        } catch (RuntimeException e) {
            resources.close();
            throw e;
        }
    }

    /** As {@link org.nextscale.api.backend.DeviceLoop#run}, with labels that exist. */
    synchronized FeatureMap run(DeviceBatch batch, DeviceLoopObserver observer) {
        if (closed) {
            throw new IllegalStateException("the loop is closed");
        }
        try {
            open(batch);
            return runOpened(batch, observer);
        } catch (BackendException e) {
            discard(e);
            throw e;
        }
    }

    private void open(DeviceBatch batch) {
        int images = batch.labels().length;
        boolean guided = new LoopRequest(batch, tables.pyramid()).usesUnconditional();
        if (graphs != null && !graphs.serves(images, guided)) {
            closeGraphs();
        }
        if (graphs == null) {
            graphs = new BatchGraphs(gpu.context(), tables, steps, copies, transformer, images, guided);
        }
    }

    private FeatureMap runOpened(DeviceBatch batch, DeviceLoopObserver observer) {
        int scales = tables.pyramid().scales();
        try {
            graphs.begin(batch);
            submit(0, observer);
            for (int k = 0; k < scales; k++) {
                if (k + 1 < scales) {
                    submit(k + 1, observer);
                }
                graphs.await(k);
                int ended = k;
                observer.ends(scale(k), () -> graphs.features(ended));
            }
        } catch (RuntimeException | Error e) {
            drainAfter(e);
            throw e;
        }
        return graphs.features(scales - 1);
    }

    private void submit(int scale, DeviceLoopObserver observer) {
        observer.begins(scale(scale));
        graphs.submit(scale);
    }

    private Scale scale(int index) {
        return tables.pyramid().scale(index);
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
        if (!closed) {
            closed = true;
            try {
                closeGraphs();
            } finally {
                resources.close();
            }
        }
    }
}
