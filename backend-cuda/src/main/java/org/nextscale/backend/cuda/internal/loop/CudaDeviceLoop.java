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

/** The scale loop on GPUs: whole batches go to them in turn, and batches on the same GPU one after another. */
public final class CudaDeviceLoop implements DeviceLoop {
    /** Weights of so many codes add up exactly. */
    private static final int MOST_CODES = 1 << 22;

    private final TransformerSpec spec;
    private final List<GpuLoop> loops = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * Uploads the quantiser's tables.
     *
     * @param places where a transformer of this shape is
     * @throws org.nextscale.api.backend.BackendException if a device fails; nothing stays behind
     */
    public CudaDeviceLoop(TransformerSpec spec, Quantiser quantiser, List<LoopTransformer.Place> places) {
        this.spec = spec;
        try {
            for (LoopTransformer.Place place : places) {
                loops.add(new GpuLoop(place.gpu(), place.passes(), quantiser, spec.pyramid(), spec.latentChannels()));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Whether the kernels can do a model of this shape. */
    public static boolean serves(TransformerSpec spec) {
        return spec.vocabularySize() <= MOST_CODES;
    }

    @Override
    public boolean supports(Arithmetic sampler, Arithmetic guidance) {
        return LoopRequest.supports(sampler, guidance);
    }

    @Override
    public FeatureMap run(DeviceBatch batch, DeviceLoopObserver observer) {
        if (batch.labels().length == 0) {
            throw new IllegalArgumentException("no labels: a batch has at least one image");
        }
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
