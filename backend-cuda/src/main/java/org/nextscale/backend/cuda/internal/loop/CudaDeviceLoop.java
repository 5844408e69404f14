package org.nextscale.backend.cuda.internal.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.nextscale.api.backend.DeviceBatch;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.backend.DeviceLoopObserver;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.sampling.Arithmetic;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.Quantiser;
import org.nextscale.backend.cuda.internal.Gpu;

/** The scale loop on GPUs: whole batches go to them in turn, and batches on the same GPU one after another. */
public final class CudaDeviceLoop implements DeviceLoop {
    private final TransformerSpec spec;
    private final List<GpuLoop> loops = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * A GPU with a transformer on it.
     *
     * @param gpu stays the caller's to close, after the loop
     * @param transformer the same on every GPU
     */
    public record Place(Gpu gpu, ScalePasses.Opener transformer) {}

    /**
     * Uploads the quantiser's tables.
     *
     * @throws org.nextscale.api.backend.BackendException if a device fails; nothing stays behind
     */
    public CudaDeviceLoop(TransformerSpec spec, Quantiser quantiser, List<Place> places) {
        this.spec = spec;
        try {
            for (Place place : places) {
                loops.add(new GpuLoop(
                        place.gpu(), place.transformer(), quantiser, spec.pyramid(), spec.latentChannels()));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public boolean supports(Arithmetic sampler, Arithmetic guidance) {
        return LoopRequest.supports(sampler, guidance);
    }

    @Override
    public FeatureMap run(DeviceBatch batch, DeviceLoopObserver observer) {
        for (int label : batch.labels()) {
            if (label < 0 || label > spec.classes()) {
                throw new IllegalArgumentException("label " + label + " is not in 0.." + spec.classes());
            }
        }
        return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size())).run(batch, observer);
    }

    @Override
    public void close() {
        loops.forEach(GpuLoop::close);
    }
}
