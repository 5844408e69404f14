package org.nextscale.backend.cuda.internal.transformer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.TransformerSession;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.cuda.internal.gpu.Gpu;
import org.nextscale.backend.cuda.internal.gpu.Precision;
import org.nextscale.backend.cuda.internal.loop.LoopTransformer;
import org.nextscale.backend.support.Resources;
import org.nextscale.backend.support.TeacherForcing;

/**
 * A transformer on one GPU or several, which sessions go to in turn. Shared by threads: every session has a stream of its own.
 */
public final class CudaScaleTransformer implements LoopTransformer {
    /** Rows (images times tokens of all scales) that teacher forcing runs at a time, so that its memory has a bound. */
    private static final int TEACHER_FORCING_ROWS = 4096;

    private final TransformerSpec spec;
    private final List<GpuTransformer> gpus = new ArrayList<>();
    private final Resources resources = new Resources();
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * Loads the weights onto every GPU.
     *
     * @throws InvalidInputException if a tensor is missing or of another shape, or the kernels do not take such a model
     */
    public CudaScaleTransformer(TransformerSpec spec, WeightSource weights, List<Gpu> gpus, Precision precision) {
        this.spec = spec;
        try {
            for (Gpu gpu : gpus) {
                this.gpus.add(resources.add(new GpuTransformer(gpu, spec, precision, weights)));
            }
        } catch (RuntimeException | Error e) {
            resources.close();
            throw e;
        }
    }

    /**
     * What a transformer of this shape takes on a GPU with one guided image, in bytes.
     *
     * @throws InvalidInputException if the kernels do not take such a model
     */
    public static long bytes(TransformerSpec spec, Precision precision, int multiprocessors) {
        return new TransformerWeights(spec, precision).plan().bytes()
                + new BatchMemory(spec, precision, 1, true, multiprocessors).bytes();
    }

    @Override
    public TransformerSpec spec() {
        return spec;
    }

    @Override
    public TransformerSession begin(Conditions conditions, boolean unconditional) {
        GpuTransformer gpu = gpus.get(Math.floorMod(turn.getAndIncrement(), gpus.size()));
        return new CudaSession(gpu, conditions.embeddingRows(spec), unconditional);
    }

    @Override
    public Logits teacherForcing(Conditions conditions, float[] inputs) {
        int group = Math.max(1, TEACHER_FORCING_ROWS / spec.pyramid().totalTokens());
        return TeacherForcing.scaleByScale(this, conditions, inputs, group);
    }

    /** The loop that runs there is closed before the transformer is. */
    @Override
    public List<Place> places() {
        return gpus.stream()
                .map(gpu -> new Place(gpu.gpu(), (images, guided) -> new Passes(gpu, images, guided)))
                .toList();
    }

    @Override
    public void close() {
        resources.close();
    }
}
