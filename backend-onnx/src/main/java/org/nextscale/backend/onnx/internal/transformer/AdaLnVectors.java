package org.nextscale.backend.onnx.internal.transformer;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.onnx.internal.runtime.NativeMemory;
import org.nextscale.backend.onnx.internal.runtime.SessionRun;
import org.nextscale.backend.support.AdaLn;

/**
 * What the transformer computes of the conditions alone, the same at all scales: every AdaLN vector of every sequence of a
 * batch. Labels that occur more than once are computed once.
 */
final class AdaLnVectors implements AutoCloseable {
    private final int width;
    private final int depth;
    private final int sequences;
    private final int[] labels;
    /** {@code [depth, sequences, 6, width]}, then {@code [sequences, 2, width]}. */
    private final NativeMemory vectors;

    /** @param labels of every sequence */
    AdaLnVectors(TransformerSpec spec, TransformerParts parts, int[] labels) {
        this.labels = labels.clone();
        width = spec.width();
        depth = spec.depth();
        sequences = labels.length;
        int[] distinct = Arrays.stream(labels).distinct().sorted().toArray();
        vectors = parts.pool().allocate((long) sequences * label());
        try (NativeMemory classes = parts.pool().floats((long) distinct.length * width);
                NativeMemory computed = parts.pool().allocate((long) distinct.length * label())) {
            int row = width * Float.BYTES;
            for (int i = 0; i < distinct.length; i++) {
                classes.bytes((long) i * row, row).put(parts.classEmbedding().bytes((long) distinct[i] * row, row));
            }
            for (TransformerParts.Part part : parts.conditions()) {
                compute(part, classes, distinct.length, computed);
            }
            for (int block = 0; block <= depth; block++) {
                spread(computed, distinct, block);
            }
        } catch (RuntimeException | Error e) {
            vectors.close();
            throw e;
        }
    }

    private void compute(TransformerParts.Part part, NativeMemory classes, int count, NativeMemory computed) {
        try (SessionRun run = part.session().run()) {
            run.input(TransformerGraphs.CLASS_EMBEDDING, classes, count, width);
            for (int block = part.first(); block < part.end(); block++) {
                run.output(
                        BlockGraph.condition(block),
                        vectors(computed, block, count),
                        count,
                        AdaLn.BLOCK_VECTORS,
                        width);
            }
            if (part.head()) {
                run.output(
                        TransformerGraphs.HEAD_CONDITION,
                        vectors(computed, depth, count),
                        count,
                        AdaLn.HEAD_VECTORS,
                        width);
            }
            run.execute();
        }
    }

    private void spread(NativeMemory computed, int[] distinct, int block) {
        int size = (block < depth ? AdaLn.BLOCK_VECTORS : AdaLn.HEAD_VECTORS) * width * Float.BYTES;
        ByteBuffer from = vectors(computed, block, distinct.length);
        ByteBuffer to = vectors(vectors, block, sequences);
        for (int s = 0; s < sequences; s++) {
            to.put(s * size, from, Arrays.binarySearch(distinct, labels[s]) * size, size);
        }
    }

    /** Those of a block, or behind the last block those of the head. */
    private ByteBuffer vectors(NativeMemory memory, int block, int count) {
        long size = (long) count * AdaLn.BLOCK_VECTORS * width * Float.BYTES;
        return memory.bytes(
                block * size, block < depth ? size : (long) count * AdaLn.HEAD_VECTORS * width * Float.BYTES);
    }

    /** Bytes of all vectors of one label. */
    private long label() {
        return ((long) depth * AdaLn.BLOCK_VECTORS + AdaLn.HEAD_VECTORS) * width * Float.BYTES;
    }

    int label(int sequence) {
        return labels[sequence];
    }

    /** Binds what a part's blocks and head need of the first sequences. */
    void bind(SessionRun run, TransformerParts.Part part, int count) {
        for (int block = part.first(); block < part.end(); block++) {
            run.input(
                    BlockGraph.condition(block), vectors(vectors, block, sequences), count, AdaLn.BLOCK_VECTORS, width);
        }
        if (part.head()) {
            run.input(
                    TransformerGraphs.HEAD_CONDITION,
                    vectors(vectors, depth, sequences),
                    count,
                    AdaLn.HEAD_VECTORS,
                    width);
        }
    }

    @Override
    public void close() {
        vectors.close();
    }
}
