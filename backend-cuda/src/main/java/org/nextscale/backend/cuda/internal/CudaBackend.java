package org.nextscale.backend.cuda.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.backend.TokenizerNetwork;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.tokenizer.Quantiser;
import org.nextscale.backend.cuda.internal.driver.Context;
import org.nextscale.backend.cuda.internal.driver.GpuDevice;
import org.nextscale.backend.cuda.internal.loop.CudaDeviceLoop;
import org.nextscale.backend.cuda.internal.loop.LoopTransformer;
import org.nextscale.backend.cuda.internal.tokenizer.CudaTokenizerNetwork;
import org.nextscale.backend.cuda.internal.transformer.CudaScaleTransformer;

/** An opened backend: the GPUs and their kernels. */
final class CudaBackend implements Backend {
    private final String device;
    private final Precision precision;
    private final boolean loopOnDevice;
    private final List<Gpu> gpus = new ArrayList<>();
    /** Those that are open. */
    private final Set<ScaleTransformer> transformers = ConcurrentHashMap.newKeySet();
    /** Those that are open. */
    private final Set<TokenizerNetwork> networks = ConcurrentHashMap.newKeySet();

    private final List<DeviceLoop> loops = new ArrayList<>();
    private boolean closed;

    /** @param loopOnDevice whether it offers a {@link DeviceLoop} */
    CudaBackend(List<GpuDevice> devices, Precision precision, boolean loopOnDevice) {
        this.device = Devices.inWords(devices, precision);
        this.precision = precision;
        this.loopOnDevice = loopOnDevice;
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
        CudaScaleTransformer transformer =
                new CudaScaleTransformer(spec, weights, gpus, precision, transformers::remove);
        transformers.add(transformer);
        return transformer;
    }

    @Override
    public synchronized TokenizerNetwork tokenizerNetwork(TokenizerSpec spec, WeightSource weights) {
        requireOpen();
        CudaTokenizerNetwork network = new CudaTokenizerNetwork(spec, weights, gpus, precision, networks::remove);
        networks.add(network);
        return network;
    }

    @Override
    public synchronized Optional<DeviceLoop> deviceLoop(
            ScaleTransformer transformer, TokenizerNetwork network, Quantiser quantiser) {
        requireOpen();
        if (!loopOnDevice
                || !(transformer instanceof LoopTransformer known)
                || !CudaDeviceLoop.serves(transformer.spec())) {
            return Optional.empty();
        }
        DeviceLoop loop = new CudaDeviceLoop(known.spec(), quantiser, known.places());
        loops.add(loop);
        return Optional.of(loop);
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
            loops.forEach(DeviceLoop::close);
            transformers.forEach(ScaleTransformer::close);
            networks.forEach(TokenizerNetwork::close);
            closeGpus();
        }
    }

    private void closeGpus() {
        gpus.forEach(Gpu::close);
        gpus.clear();
    }
}
