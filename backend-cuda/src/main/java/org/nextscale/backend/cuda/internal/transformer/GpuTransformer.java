package org.nextscale.backend.cuda.internal.transformer;

import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.cuda.internal.driver.Staging;
import org.nextscale.backend.cuda.internal.driver.Stream;
import org.nextscale.backend.cuda.internal.gpu.Gpu;
import org.nextscale.backend.cuda.internal.gpu.Precision;
import org.nextscale.backend.support.Resources;

/** The transformer's weights on one GPU and the kernels that run it. Thread-safe. */
final class GpuTransformer implements AutoCloseable {
    private static final int STAGING_BYTES = 4 << 20;

    private final Gpu gpu;
    private final TransformerSpec spec;
    private final Precision precision;
    private final TransformerKernels kernels;
    private final LinearKernels linears;
    private final TransformerWeights weights;

    /** Loads the weights. */
    GpuTransformer(Gpu gpu, TransformerSpec spec, Precision precision, WeightSource source) {
        this.gpu = gpu;
        this.spec = spec;
        this.precision = precision;
        kernels = new TransformerKernels(gpu, spec, precision);
        linears = new LinearKernels(gpu, precision);
        weights = new TransformerWeights(spec, precision);
        Resources whileLoading = new Resources();
        try {
            Stream stream = whileLoading.add(gpu.context().stream());
            Staging staging = whileLoading.add(new Staging(gpu.context(), stream, STAGING_BYTES));
            weights.load(source, gpu.context(), staging);
        } catch (RuntimeException | Error e) {
            weights.close();
            throw e;
        } finally {
            whileLoading.close();
        }
    }

    Gpu gpu() {
        return gpu;
    }

    TransformerSpec spec() {
        return spec;
    }

    TransformerKernels kernels() {
        return kernels;
    }

    LinearKernels linears() {
        return linears;
    }

    TransformerWeights weights() {
        return weights;
    }

    /** What so many images need beside the weights. */
    BatchMemory plan(int images, boolean guided) {
        return new BatchMemory(
                spec, precision, images, guided, gpu.context().device().multiprocessors());
    }

    @Override
    public void close() {
        weights.close();
    }
}
