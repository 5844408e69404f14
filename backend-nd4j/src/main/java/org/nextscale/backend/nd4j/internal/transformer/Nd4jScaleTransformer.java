package org.nextscale.backend.nd4j.internal.transformer;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.backend.TransformerSession;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.nd4j.internal.compute.NativeMemory;
import org.nextscale.backend.nd4j.internal.compute.Workers;
import org.nextscale.backend.support.TeacherForcing;

/** A transformer with its weights in native memory. Shared by threads, which take turns at the backend's workers. */
public final class Nd4jScaleTransformer implements ScaleTransformer {
    /** Rows (sequences times tokens) that teacher forcing runs at a time, so that its scratch memory has a bound. */
    private static final int TEACHER_FORCING_ROWS = 4096;

    private final TransformerSpec spec;
    private final Workers workers;
    private final NativeMemory memory = new NativeMemory();
    private final TransformerWeights weights;

    /** Reads the weights. */
    public Nd4jScaleTransformer(TransformerSpec spec, WeightSource source, Workers workers) {
        this.spec = spec;
        this.workers = workers;
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
    public TransformerSession begin(Conditions conditions, boolean unconditional) {
        int[] rows = conditions.embeddingRows(spec);
        return workers.exclusively(() -> new Nd4jSession(spec, weights, workers, rows, unconditional));
    }

    @Override
    public Logits teacherForcing(Conditions conditions, float[] inputs) {
        int[] rows = conditions.embeddingRows(spec);
        int length = spec.pyramid().totalTokens();
        int fed = (length - spec.pyramid().tokens(0)) * spec.latentChannels();
        float[] logits = TeacherForcing.logits(spec, rows.length);
        int group = Math.max(1, Math.min(rows.length, TEACHER_FORCING_ROWS / length));
        workers.exclusively(() -> {
            try (NativeMemory scratch = new NativeMemory()) {
                // The blocks run one after the other and so share one block's cache.
                KeyValueCache cache = new KeyValueCache(scratch, 1, group, spec.heads(), length, spec.headSize());
                TransformerPass pass = new TransformerPass(spec, weights, workers, scratch, group, length);
                for (int first = 0; first < rows.length; first += group) {
                    int count = Math.min(group, rows.length - first);
                    teacherForcing(
                            pass,
                            cache,
                            Arrays.copyOfRange(rows, first, first + count),
                            Arrays.copyOfRange(inputs, first * fed, (first + count) * fed),
                            logits,
                            first * length * spec.vocabularySize());
                }
            }
        });
        return new Logits(FloatBuffer.wrap(logits), rows.length, length, spec.vocabularySize());
    }

    private void teacherForcing(
            TransformerPass pass, KeyValueCache cache, int[] rows, float[] inputs, float[] logits, int offset) {
        AdaLnVectors conditions = new AdaLnVectors(spec, weights, workers, rows);
        int size = spec.pyramid().totalTokens() * spec.vocabularySize();
        pass.run(
                conditions,
                cache,
                rows.length,
                0,
                spec.pyramid().scales(),
                inputs,
                rows.length,
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

    @Override
    public void close() {
        workers.exclusively(memory::close);
    }
}
