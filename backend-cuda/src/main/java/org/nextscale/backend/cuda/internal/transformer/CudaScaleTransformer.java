package org.nextscale.backend.cuda.internal.transformer;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.Generation;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.cuda.internal.Gpu;
import org.nextscale.backend.cuda.internal.Precision;
import org.nextscale.backend.cuda.internal.loop.LoopTransformer;

/**
 * A transformer on one GPU or several, which generations go to in turn. Shared by threads: every generation has a stream of
 * its own.
 */
public final class CudaScaleTransformer implements LoopTransformer {
    /** Rows (images times tokens of all scales) that teacher forcing runs at a time, so that its memory has a bound. */
    private static final int TEACHER_FORCING_ROWS = 4096;

    private final TransformerSpec spec;
    private final Consumer<CudaScaleTransformer> whenClosed;
    private final List<GpuTransformer> gpus = new ArrayList<>();
    /** Those that are open. */
    private final Set<CudaGeneration> generations = ConcurrentHashMap.newKeySet();

    private int turn;
    private boolean closed;

    /**
     * Loads the weights onto every GPU.
     *
     * @param whenClosed is told once
     * @throws InvalidInputException if a tensor is missing or of another shape, or the kernels do not take such a model
     */
    public CudaScaleTransformer(
            TransformerSpec spec,
            WeightSource weights,
            List<Gpu> gpus,
            Precision precision,
            Consumer<CudaScaleTransformer> whenClosed) {
        this.spec = spec;
        this.whenClosed = whenClosed;
        try {
            for (Gpu gpu : gpus) {
                this.gpus.add(new GpuTransformer(gpu, spec, precision, weights));
            }
        } catch (RuntimeException | Error e) {
            this.gpus.forEach(GpuTransformer::close);
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
                + new Workspace(spec, precision, 1, true, multiprocessors).bytes();
    }

    @Override
    public TransformerSpec spec() {
        return spec;
    }

    @Override
    public synchronized Generation begin(int[] labels, boolean unconditional) {
        check(labels);
        CudaGeneration generation = new CudaGeneration(nextGpu(), labels, unconditional, generations::remove);
        generations.add(generation);
        return generation;
    }

    private GpuTransformer nextGpu() {
        if (closed) {
            throw new IllegalStateException("the transformer is closed");
        }
        turn = (turn + 1) % gpus.size();
        return gpus.get(turn);
    }

    /** The scales one after another through the cache: a token sees what it sees under the mask. */
    @Override
    public Logits teacherForcing(int[] labels, float[] inputs) {
        check(labels);
        ScalePyramid pyramid = spec.pyramid();
        int length = pyramid.totalTokens();
        int fed = (length - pyramid.tokens(0)) * spec.latentChannels();
        if (inputs.length != (long) labels.length * fed) {
            throw new InvalidInputException("teacher forcing: " + inputs.length + " inputs are not [" + labels.length
                    + ", " + (length - pyramid.tokens(0)) + ", " + spec.latentChannels() + "]");
        }
        long size = (long) labels.length * length * spec.vocabularySize();
        if (size > Integer.MAX_VALUE - 8) {
            throw new InvalidInputException("teacher forcing of " + labels.length + " images at once is too much");
        }
        float[] logits = new float[(int) size];
        int group = Math.max(1, TEACHER_FORCING_ROWS / length);
        for (int first = 0; first < labels.length; first += group) {
            int[] some = Arrays.copyOfRange(labels, first, Math.min(labels.length, first + group));
            try (Generation generation = begin(some, false)) {
                for (int scale = 0; scale < pyramid.scales(); scale++) {
                    Logits found = generation
                            .next(fed(inputs, first, some.length, scale), false)
                            .conditional();
                    put(found, logits, first, scale);
                }
            }
        }
        return new Logits(FloatBuffer.wrap(logits), labels.length, length, spec.vocabularySize());
    }

    /** A scale's input of some images out of all scales' inputs of all images. */
    private float[] fed(float[] inputs, int first, int images, int scale) {
        ScalePyramid pyramid = spec.pyramid();
        if (scale == 0) {
            return new float[0];
        }
        int z = spec.latentChannels();
        int size = pyramid.tokens(scale) * z;
        int image = (pyramid.totalTokens() - pyramid.tokens(0)) * z;
        int offset = (pyramid.begin(scale) - pyramid.tokens(0)) * z;
        float[] result = new float[images * size];
        for (int i = 0; i < images; i++) {
            System.arraycopy(inputs, (first + i) * image + offset, result, i * size, size);
        }
        return result;
    }

    private void put(Logits found, float[] logits, int first, int scale) {
        float[] row = new float[spec.vocabularySize()];
        for (int i = 0; i < found.batch(); i++) {
            for (int token = 0; token < found.tokens(); token++) {
                found.copyRow(i, token, row);
                int at = (first + i) * spec.pyramid().totalTokens()
                        + spec.pyramid().begin(scale)
                        + token;
                System.arraycopy(row, 0, logits, at * row.length, row.length);
            }
        }
    }

    private void check(int[] labels) {
        if (labels.length == 0) {
            throw new IllegalArgumentException("no labels: a batch has at least one image");
        }
        for (int label : labels) {
            if (label < 0 || label > spec.classes()) {
                throw new IllegalArgumentException("label " + label + " is not in 0.." + spec.classes());
            }
        }
    }

    /** The loop that runs there is closed before the transformer is. */
    @Override
    public List<Place> places() {
        return gpus.stream()
                .map(gpu -> new Place(gpu.gpu(), (images, guided) -> new Passes(gpu, images, guided)))
                .toList();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            whenClosed.accept(this);
            generations.forEach(CudaGeneration::close);
            gpus.forEach(GpuTransformer::close);
        }
    }
}
