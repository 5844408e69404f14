package org.nextscale.examples.exporter;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** What stands before the values in a {@code .npy} file, version 1.0: a Python dictionary, padded to a multiple of 64 bytes. */
final class NpyHeader {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final int ALIGNMENT = 64;

    private NpyHeader() {}

    /** The header of little-endian float32 in row-major order. */
    static byte[] of(List<Long> shape) {
        // A comma behind every number: (3,) is a tuple in Python, and () too.
        String tuple = shape.stream().map(size -> size + ",").collect(Collectors.joining(" ", "(", ")"));
        String dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': " + tuple + ", }";
        int bare = MAGIC.length + Short.BYTES + dictionary.length() + 1;
        int padding = Math.floorMod(-bare, ALIGNMENT);
        return ByteBuffer.allocate(bare + padding)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .putShort((short) (dictionary.length() + padding + 1))
                .put((dictionary + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII))
                .array();
    }
}
