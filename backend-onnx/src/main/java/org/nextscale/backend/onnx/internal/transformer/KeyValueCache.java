package org.nextscale.backend.onnx.internal.transformer;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.onnx.internal.runtime.MemoryPool;
import org.nextscale.backend.onnx.internal.runtime.NativeSlabs;
import org.nextscale.backend.onnx.internal.runtime.SessionRun;

/**
 * Keys and values of all scales so far, {@code [sequences, heads, tokens, head size]} for every block. The attention of
 * ONNX Runtime's CPU provider reads them contiguously in this order, so that a longer prefix is another arrangement: a
 * block reads one buffer and writes what the next scale needs into a free one, at the speed of memory, and the one it has
 * read is free for the next block. So there is room for each block once, and for the blocks of one part a second time.
 */
final class KeyValueCache implements AutoCloseable {
    private final TransformerSpec spec;
    private final NativeSlabs memory;
    /** Keys and values of every block, one behind the other. */
    private final ByteBuffer[] held;

    private final Deque<ByteBuffer> free = new ArrayDeque<>();
    /** Where the last scale's keys and values go: nobody reads them after the block that made them. */
    private final ByteBuffer lastKeys;

    private final ByteBuffer lastValues;

    KeyValueCache(TransformerSpec spec, TransformerParts parts, int sequences, MemoryPool pool) {
        this.spec = spec;
        ScalePyramid pyramid = spec.pyramid();
        long token = (long) sequences * spec.width() * Float.BYTES;
        int together = parts.blocks().stream()
                .mapToInt(part -> part.end() - part.first())
                .max()
                .orElseThrow();
        int rotating = 2 * (spec.depth() + together);
        List<Long> sizes = new ArrayList<>(Collections.nCopies(rotating, pyramid.begin(pyramid.scales() - 1) * token));
        sizes.addAll(Collections.nCopies(2, pyramid.totalTokens() * token));
        memory = NativeSlabs.allocate(sizes, pool::allocate);
        held = new ByteBuffer[2 * spec.depth()];
        for (int i = 0; i < held.length; i++) {
            held[i] = memory.piece(i);
        }
        for (int i = held.length; i < rotating; i++) {
            free.add(memory.piece(i));
        }
        lastKeys = memory.piece(rotating);
        lastValues = memory.piece(rotating + 1);
    }

    /**
     * Runs a part at a scale on the cache.
     *
     * @param run has everything else bound
     * @param sequences how many of those begun with, the first ones
     */
    void execute(SessionRun run, TransformerParts.Part part, int scale, int sequences) {
        int past = spec.pyramid().begin(scale);
        int visible = spec.pyramid().begin(scale + 1);
        boolean last = scale == spec.pyramid().scales() - 1;
        int begin = 2 * part.first();
        ByteBuffer[] written = new ByteBuffer[2 * (part.end() - part.first())];
        for (int i = 0; i < written.length; i++) {
            int block = part.first() + i / 2;
            boolean keys = i % 2 == 0;
            if (last) {
                written[i] = keys ? lastKeys : lastValues;
            } else {
                written[i] = free.remove();
            }
            run.input(BlockGraph.past(block, keys), held[begin + i], sequences, spec.heads(), past, spec.headSize());
            run.output(BlockGraph.present(block, keys), written[i], sequences, spec.heads(), visible, spec.headSize());
        }
        run.execute();
        for (int i = 0; !last && i < written.length; i++) {
            free.add(held[begin + i]);
            held[begin + i] = written[i];
        }
    }

    @Override
    public void close() {
        free.clear();
        memory.close();
    }
}
