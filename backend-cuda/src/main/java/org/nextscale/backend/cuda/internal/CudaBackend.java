package org.nextscale.backend.cuda.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.tokenizer.QuantizerTables;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.backend.cuda.internal.driver.Context;
import org.nextscale.backend.cuda.internal.driver.GpuDevice;
import org.nextscale.backend.cuda.internal.gpu.Gpu;
import org.nextscale.backend.cuda.internal.gpu.Precision;
import org.nextscale.backend.cuda.internal.loop.CudaDeviceLoop;
import org.nextscale.backend.cuda.internal.loop.LoopTransformer;
import org.nextscale.backend.cuda.internal.tokenizer.CudaTokenizerNetwork;
import org.nextscale.backend.cuda.internal.transformer.CudaScaleTransformer;
import org.nextscale.backend.support.Resources;

/** An opened backend: the GPUs and their kernels. */
final class CudaBackend implements Backend {
    private final String device;
    private final Precision precision;
    private final boolean loopOnDevice;
    private final List<Gpu> gpus = new ArrayList<>();
    private final Resources resources = new Resources();

    /** @param loopOnDevice whether it offers a {@link DeviceLoop} */
    CudaBackend(List<GpuDevice> devices, Precision precision, boolean loopOnDevice) {
        this.device = ChosenGpus.inWords(devices, precision);
        this.precision = precision;
        this.loopOnDevice = loopOnDevice;
        try {
            for (GpuDevice one : devices) {
                gpus.add(resources.add(Gpu.of(new Context(one))));
            }
        } catch (RuntimeException e) {
            resources.close();
            throw e;
        }
    }

    @Override
    public String device() {
        return device;
    }

    @Override
    public ScaleTransformer transformer(TransformerSpec spec, WeightSource weights) {
        return new CudaScaleTransformer(spec, weights, gpus, precision);
    }

    @Override
    public TokenizerNetwork tokenizerNetwork(TokenizerSpec spec, WeightSource weights) {
        return new CudaTokenizerNetwork(spec, weights, gpus, precision);
    }

    @Override
    public Optional<DeviceLoop> deviceLoop(
            ScaleTransformer transformer, TokenizerNetwork network, QuantizerTables tables) {
        return loopOnDevice && transformer instanceof LoopTransformer known && CudaDeviceLoop.serves(transformer.spec())
                ? Optional.of(new CudaDeviceLoop(known.spec(), tables, known.places()))
                : Optional.empty();
    }

    @Override
    public void close() {
        resources.close();
    }
}
