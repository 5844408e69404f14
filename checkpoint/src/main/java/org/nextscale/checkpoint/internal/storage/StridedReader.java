package org.nextscale.checkpoint.internal.storage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * Gathers tensors whose elements do not lie in row-major order (a transposed matrix, a channels-last convolution, an
 * expanded scalar). Their storage is mapped in pieces, the mapping of the last tensor is kept: such tensors are rare, and
 * a gather jumps through all of the storage.
 */
final class StridedReader {
    private static final int PIECE = 1 << 30;

    private final PositionalFile file;
    private TensorRecord mapped;
    private ByteBuffer[] pieces;

    StridedReader(PositionalFile file) {
        this.file = file;
    }

    void read(TensorRecord record, long firstElement, FloatBuffer target, Chunk chunk) {
        ByteBuffer[] storage = storage(record);
        ElementType type = record.type();
        List<Long> shape = record.tensor().shape();
        long[] strides = record.strides();
        long[] index = new long[shape.size()];
        long position = 0;
        long rest = firstElement;
        for (int i = index.length - 1; i >= 0; i--) {
            index[i] = rest % shape.get(i);
            rest /= shape.get(i);
            position += index[i] * strides[i];
        }
        ByteBuffer gathered = chunk.clear(Chunk.BYTES);
        int count = target.remaining();
        for (int n = 0; n < count; n++) {
            long from = position * type.bytes();
            ByteBuffer piece = storage[(int) (from / PIECE)];
            int at = (int) (from % PIECE);
            switch (type.bytes()) {
                case 1 -> gathered.put(piece.get(at));
                case 2 -> gathered.putShort(piece.getShort(at));
                case 4 -> gathered.putInt(piece.getInt(at));
                default -> gathered.putLong(piece.getLong(at));
            }
            if (!gathered.hasRemaining() || n == count - 1) {
                chunk.decode(type, gathered.flip(), target);
                gathered.clear();
            }
            for (int i = index.length - 1; i >= 0; i--) {
                position += strides[i];
                if (++index[i] < shape.get(i)) {
                    break;
                }
                position -= index[i] * strides[i];
                index[i] = 0;
            }
        }
    }

    private synchronized ByteBuffer[] storage(TensorRecord record) {
        if (mapped != record) {
            int count = Math.toIntExact((record.extent() + PIECE - 1) / PIECE);
            ByteBuffer[] fresh = new ByteBuffer[count];
            for (int i = 0; i < count; i++) {
                long begin = (long) i * PIECE;
                int length = (int) Math.min(PIECE, record.extent() - begin);
                fresh[i] = file.map(record.offset() + begin, length).order(ByteOrder.LITTLE_ENDIAN);
            }
            pieces = fresh;
            mapped = record;
        }
        return pieces;
    }
}
