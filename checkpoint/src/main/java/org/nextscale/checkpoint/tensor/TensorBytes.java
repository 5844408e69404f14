package org.nextscale.checkpoint.tensor;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/** Where the bytes of a tensor that is being written come from, where its values need no conversion. */
@ConsumerType
@FunctionalInterface
public interface TensorBytes {
    /**
     * Fills {@code target}, from its position to its limit, with bytes as they are to stand in the file (little-endian,
     * row-major).
     *
     * @param firstByte index of the first byte wanted; calls go through a tensor once, from its beginning
     */
    void read(long firstByte, ByteBuffer target);
}
