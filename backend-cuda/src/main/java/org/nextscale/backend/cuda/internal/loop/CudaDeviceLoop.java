package org.nextscale.backend.cuda.internal.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.nextscale.api.backend.DeviceBatch;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.sampling.ExactAlgorithm;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.QuantizerTables;

/** The scale loop on GPUs: whole batches go to them in turn, and batches on the same GPU one after another. */
public final class CudaDeviceLoop implements DeviceLoop {
    /** Weights of so many codes add up exactly. */
    private static final int MOST_CODES = 1 << 22;

    private final List<GpuLoop> loops = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * Uploads the quantizer's tables.
     *
     * @param places where a transformer of this shape is
     * @throws org.nextscale.api.BackendException if a device fails; nothing stays behind
     */
    public CudaDeviceLoop(TransformerSpec spec, QuantizerTables quantizer, List<LoopTransformer.Place> places) {
        try {
            for (LoopTransformer.Place place : places) {
                loops.add(new GpuLoop(place.gpu(), place.passes(), quantizer, spec));
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
    public boolean supports(ExactAlgorithm sampler, ExactAlgorithm guidance) {
        return LoopRequest.supports(sampler, guidance);
    }

    @Override
    public FeatureMap run(DeviceBatch batch, Listener listener, Cancellation cancellation) {
        return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size())).run(batch, listener, cancellation);
    }

    @Override
    public void close() {
        loops.forEach(GpuLoop::close);
    }
}
