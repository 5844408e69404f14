package org.nextscale.backend.nd4j.internal.transformer;

import java.nio.FloatBuffer;
import org.nextscale.backend.nd4j.internal.compute.Floats;
import org.nextscale.backend.nd4j.internal.compute.Matrix;
import org.nextscale.backend.nd4j.internal.compute.NativeMemory;

/**
 * Keys and values of all tokens so far, for every block, sequence and head a matrix {@code [tokens, head size]} without
 * gaps, with room for the whole pyramid: a scale appends its rows and nothing is ever moved.
 */
final class KeyValueCache {
    private final int heads;
    private final int capacity;
    private final int headSize;
    private final Floats[] keys;
    private final Floats[] values;
    private final FloatBuffer[] keyBuffers;
    private final FloatBuffer[] valueBuffers;

    /**
     * @param blocks the transformer's depth, or 1 when the blocks run one after the other over all tokens and may
     *     overwrite each other's rows
     */
    KeyValueCache(NativeMemory memory, int blocks, int sequences, int heads, int capacity, int headSize) {
        this.heads = heads;
        this.capacity = capacity;
        this.headSize = headSize;
        keys = new Floats[blocks];
        values = new Floats[blocks];
        keyBuffers = new FloatBuffer[blocks];
        valueBuffers = new FloatBuffer[blocks];
        long size = (long) sequences * heads * capacity * headSize;
        Floats all = memory.allocate(2 * blocks * size);
        for (int i = 0; i < blocks; i++) {
            keys[i] = all.slice(2 * i * size, size);
            values[i] = all.slice((2 * i + 1) * size, size);
            keyBuffers[i] = keys[i].buffer();
            valueBuffers[i] = values[i].buffer();
        }
    }

    void putKey(int block, int sequence, int head, int token, float[] key) {
        keyBuffers[slot(block)].put(index(sequence, head, token), key, 0, headSize);
    }

    void putValue(int block, int sequence, int head, int token, float[] value) {
        valueBuffers[slot(block)].put(index(sequence, head, token), value, 0, headSize);
    }

    /** The keys of the first {@code tokens} tokens, {@code [tokens, head size]}. */
    Matrix keys(int block, int sequence, int head, int tokens) {
        return Matrix.dense(keys[slot(block)], index(sequence, head, 0), tokens, headSize);
    }

    Matrix values(int block, int sequence, int head, int tokens) {
        return Matrix.dense(values[slot(block)], index(sequence, head, 0), tokens, headSize);
    }

    private int slot(int block) {
        return keys.length == 1 ? 0 : block;
    }

    private int index(int sequence, int head, int token) {
        return ((sequence * heads + head) * capacity + token) * headSize;
    }
}
