package org.nextscale.backend.nd4j.internal.transformer;

import java.nio.FloatBuffer;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.Generation;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.nd4j.internal.compute.NativeMemory;
import org.nextscale.backend.nd4j.internal.compute.OpenResources;
import org.nextscale.backend.nd4j.internal.compute.Workers;

/** A transformer with its weights in native memory. Shared by threads, which take turns at the backend's workers. */
public final class Nd4jScaleTransformer implements ScaleTransformer, OpenResources.Resource {
    /** Rows (sequences times tokens) that teacher forcing runs at a time, so that its scratch memory has a bound. */
    private static final int TEACHER_FORCING_ROWS = 4096;

    private final TransformerSpec spec;
    private final Workers workers;
    private final OpenResources siblings;
    private final OpenResources generations = new OpenResources();
    private final NativeMemory memory = new NativeMemory();
    private final TransformerWeights weights;
    private boolean closed;

    /**
     * Reads the weights.
     *
     * @param siblings where this removes itself when closed
     */
    public Nd4jScaleTransformer(TransformerSpec spec, WeightSource source, Workers workers, OpenResources siblings) {
        this.spec = spec;
        this.workers = workers;
        this.siblings = siblings;
        try {
            weights = workers.exclusively(() -> new TransformerWeights(spec, source, memory, workers));
        } catch (RuntimeException | Error e) {
            memory.close();
            throw e;
        }
    }

    @Override
    public TransformerSpec spec() {
        return spec;
    }

    @Override
    public Generation begin(int[] labels, boolean unconditional) {
        check(labels);
        return workers.exclusively(() -> {
            requireOpen();
            return generations.add(new Nd4jGeneration(spec, weights, workers, generations, labels, unconditional));
        });
    }

    @Override
    public Logits teacherForcing(int[] labels, float[] inputs) {
        check(labels);
        int length = spec.pyramid().totalTokens();
        int fed = (length - spec.pyramid().tokens(0)) * spec.latentChannels();
        if (inputs.length != (long) labels.length * fed) {
            throw new InvalidInputException("teacher forcing: " + inputs.length + " inputs are not [" + labels.length
                    + ", " + (length - spec.pyramid().tokens(0)) + ", " + spec.latentChannels() + "]");
        }
        long size = (long) labels.length * length * spec.vocabularySize();
        if (size > Integer.MAX_VALUE - 8) {
            throw new InvalidInputException("teacher forcing of " + labels.length + " images at once is too much");
        }
        float[] logits = new float[(int) size];
        int group = Math.max(1, Math.min(labels.length, TEACHER_FORCING_ROWS / length));
        workers.exclusively(() -> {
            requireOpen();
            try (NativeMemory scratch = new NativeMemory()) {
                // The blocks run one after the other and so share one block's cache.
                KeyValueCache cache = new KeyValueCache(scratch, 1, group, spec.heads(), length, spec.headSize());
                TransformerPass pass = new TransformerPass(spec, weights, workers, scratch, group, length);
                for (int first = 0; first < labels.length; first += group) {
                    int count = Math.min(group, labels.length - first);
                    teacherForcing(
                            pass,
                            cache,
                            java.util.Arrays.copyOfRange(labels, first, first + count),
                            java.util.Arrays.copyOfRange(inputs, first * fed, (first + count) * fed),
                            logits,
                            first * length * spec.vocabularySize());
                }
            }
        });
        return new Logits(FloatBuffer.wrap(logits), labels.length, length, spec.vocabularySize());
    }

    private void teacherForcing(
            TransformerPass pass, KeyValueCache cache, int[] labels, float[] inputs, float[] logits, int offset) {
        Conditions conditions = new Conditions(spec, weights, workers, labels);
        int size = spec.pyramid().totalTokens() * spec.vocabularySize();
        pass.run(
                conditions,
                cache,
                labels.length,
                0,
                spec.pyramid().scales(),
                inputs,
                labels.length,
                new TransformerPass.LogitsTarget() {
                    @Override
                    public float[] target(int sequence) {
                        return logits;
                    }

                    @Override
                    public int offset(int sequence) {
                        return offset + sequence * size;
                    }
                });
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

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the transformer is closed");
        }
    }

    @Override
    public void close() {
        workers.exclusively(() -> {
            if (!closed) {
                closed = true;
                generations.closeAll();
                memory.close();
                siblings.remove(this);
            }
        });
    }
}
