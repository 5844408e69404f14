package org.nextscale.checkpoint.internal.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.checkpoint.internal.storage.Chunk;
import org.nextscale.checkpoint.internal.storage.ElementType;
import org.nextscale.checkpoint.tensor.TensorBytes;
import org.nextscale.checkpoint.tensor.TensorValues;

/** Turns tensors into the bytes of a file, a chunk at a time. For one thread. */
public final class TensorStream {
    private static final int ELEMENTS = Chunk.BYTES / Float.BYTES;

    private final Chunk chunk = new Chunk();
    private final FloatBuffer floats = FloatBuffer.allocate(ELEMENTS);

    /** Takes the next bytes; they are valid until it returns. */
    @FunctionalInterface
    public interface Sink {
        void append(ByteBuffer piece) throws IOException;
    }

    /** Hands over all bytes of a tensor, in their order. */
    public void pour(OutgoingTensor tensor, Sink sink) throws IOException {
        if (tensor.bytes().isPresent()) {
            copy(tensor.tensor(), tensor.bytes().get(), sink);
        } else {
            convert(tensor, tensor.values().orElseThrow(), sink);
        }
    }

    private void copy(WeightInfo tensor, TensorBytes bytes, Sink sink) throws IOException {
        long length = tensor.bytes();
        for (long done = 0; done < length; ) {
            ByteBuffer piece = chunk.clear((int) Math.min(length - done, Chunk.BYTES));
            bytes.read(done, piece);
            done += piece.flip().remaining();
            sink.append(piece);
        }
    }

    private void convert(OutgoingTensor tensor, TensorValues values, Sink sink) throws IOException {
        ElementType type = ElementType.of(tensor.tensor().type());
        long elements = tensor.tensor().elements();
        for (long done = 0; done < elements; ) {
            floats.clear().limit((int) Math.min(elements - done, ELEMENTS));
            values.read(done, floats);
            done += floats.flip().remaining();
            ByteBuffer piece = chunk.encode(type, floats);
            if (piece == null) {
                throw new InvalidInputException(
                        tensor.described() + " has values too large for " + type + "; choose BF16 or F32");
            }
            sink.append(piece);
        }
    }
}
