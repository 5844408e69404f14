package org.nextscale.backend.cuda.internal;

import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.backend.TokenizerNetwork;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.cuda.internal.driver.Context;
import org.nextscale.backend.cuda.internal.driver.GpuDevice;

/** An opened backend: the GPUs and their kernels. */
final class CudaBackend implements Backend {
    private final String device;
    private final List<Gpu> gpus = new ArrayList<>();
    private boolean closed;

    CudaBackend(List<GpuDevice> devices, Precision precision) {
        this.device = Devices.inWords(devices, precision);
        try {
            for (GpuDevice one : devices) {
                gpus.add(Gpu.of(new Context(one)));
            }
        } catch (RuntimeException e) {
            closeGpus();
            throw e;
        }
    }

    @Override
    public synchronized String device() {
        requireOpen();
        return device;
    }

    @Override
    public synchronized ScaleTransformer transformer(TransformerSpec spec, WeightSource weights) {
        requireOpen();
        throw new UnsupportedOperationException("the transformer is not written yet");
    }

    @Override
    public synchronized TokenizerNetwork tokenizerNetwork(TokenizerSpec spec, WeightSource weights) {
        requireOpen();
        throw new UnsupportedOperationException("the tokenizer's networks are not written yet");
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the backend is closed");
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            closeGpus();
        }
    }

    private void closeGpus() {
        gpus.forEach(Gpu::close);
        gpus.clear();
    }
}
