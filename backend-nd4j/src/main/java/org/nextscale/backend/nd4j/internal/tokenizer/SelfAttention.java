package org.nextscale.backend.nd4j.internal.tokenizer;

import java.nio.FloatBuffer;
import org.nextscale.backend.nd4j.internal.compute.Activations;
import org.nextscale.backend.nd4j.internal.compute.Floats;
import org.nextscale.backend.nd4j.internal.compute.Linear;
import org.nextscale.backend.nd4j.internal.compute.Matrix;
import org.nextscale.backend.nd4j.internal.compute.Worker;

/** {@code x + projection(attention(norm(x)))} over all pixels, with one head as wide as the map has channels. */
record SelfAttention(GroupNorm norm, Linear query, Linear key, Linear value, Linear projection) implements Stage {
    /** Most pixels whose scores are held at a time. */
    private static final int QUERY_BLOCK = 128;

    @Override
    public void run(Canvas canvas) {
        int pixels = canvas.pixels();
        int channels = canvas.channels();
        int size = canvas.size();
        Floats input = canvas.pad(norm.of(canvas), 1, 0, 0);
        Floats area = canvas.next(3L * size);
        Floats queries = area.slice(0, size);
        Floats keys = area.slice(size, size);
        Floats values = area.slice(2L * size, size);
        query.apply(canvas.workers(), input, pixels, queries, Linear.Epilogue.NONE);
        key.apply(canvas.workers(), input, pixels, keys, Linear.Epilogue.NONE);
        value.apply(canvas.workers(), input, pixels, values, Linear.Epilogue.NONE);

        // The normalized input is spent: its place takes the attention's output.
        int block = Math.max(1, Math.min(QUERY_BLOCK, pixels / canvas.workers().size()));
        canvas.workers().run((pixels + block - 1) / block, (worker, part) -> {
            int first = part * block;
            int count = Math.min(block, pixels - first);
            attend(
                    worker,
                    Matrix.dense(queries, (long) first * channels, count, channels),
                    Matrix.dense(keys, 0, pixels, channels),
                    Matrix.dense(values, 0, pixels, channels),
                    Matrix.dense(input, (long) first * channels, count, channels));
        });
        projection.apply(canvas.workers(), input, pixels, queries, Linear.Epilogue.NONE);
        canvas.add(queries);
    }

    private static void attend(Worker worker, Matrix queries, Matrix keys, Matrix values, Matrix output) {
        int pixels = keys.rows();
        Matrix scores = Matrix.dense(worker.scratch((long) queries.rows() * pixels), 0, queries.rows(), pixels);
        worker.operations().multiplyTransposed(queries, keys, scores);
        FloatBuffer buffer =
                scores.memory().slice(0, (long) scores.rows() * pixels).buffer();
        float scale = (float) (1 / Math.sqrt(keys.columns()));
        float[] row = worker.array(0, pixels);
        for (int i = 0; i < scores.rows(); i++) {
            buffer.get(i * pixels, row, 0, pixels);
            Activations.softmax(worker, row, pixels, scale);
            buffer.put(i * pixels, row, 0, pixels);
        }
        worker.operations().multiply(scores, values, output);
    }
}
