package org.nextscale.checkpoint.internal.pickle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.nextscale.api.InvalidInputException;

/** The bytes of a pickle and how its lengths and literals are read; no length is believed beyond the bytes there are. */
final class PickleInput {
    private static final int LONGEST_LINE = 512;

    private final String description;
    private final ByteBuffer bytes;

    PickleInput(String description, byte[] bytes) {
        this.description = description;
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    int position() {
        return bytes.position();
    }

    int remaining() {
        return bytes.remaining();
    }

    int unsignedByte() {
        need(1);
        return bytes.get() & 0xff;
    }

    int unsignedShort() {
        need(2);
        return bytes.getShort() & 0xffff;
    }

    int signedInt() {
        need(4);
        return bytes.getInt();
    }

    double bigEndianDouble() {
        need(8);
        return Double.longBitsToDouble(Long.reverseBytes(bytes.getLong()));
    }

    /** A length stored in {@code width} bytes, checked against the bytes that follow. */
    int length(int width) {
        need(width);
        long length = switch (width) {
            case 1 -> bytes.get() & 0xff;
            case 4 -> bytes.getInt() & 0xffffffffL;
            default -> bytes.getLong();
        };
        if (length < 0 || length > bytes.remaining()) {
            throw invalid(
                    "an item claims " + Long.toUnsignedString(length) + " bytes, " + bytes.remaining() + " are left");
        }
        return (int) length;
    }

    String text(int length) {
        String text = new String(bytes.array(), bytes.position(), length, StandardCharsets.UTF_8);
        skip(length);
        return text;
    }

    void skip(int length) {
        bytes.position(bytes.position() + length);
    }

    /** A little-endian two's complement integer of any length; null if it does not fit a long. */
    Long integer(int length) {
        if (length > Long.BYTES) {
            skip(length);
            return null;
        }
        long value = 0;
        for (int i = 0; i < length; i++) {
            value |= (bytes.get() & 0xffL) << 8 * i;
        }
        int unused = Long.SIZE - 8 * length;
        return length == 0 ? 0 : value << unused >> unused;
    }

    String line() {
        int begin = bytes.position();
        for (int length = 0; length <= LONGEST_LINE && bytes.hasRemaining(); length++) {
            if (bytes.get() == '\n') {
                return new String(bytes.array(), begin, length, StandardCharsets.UTF_8);
            }
        }
        throw invalid("a name does not end");
    }

    /** What is wrong, and at which byte of the pickle. */
    InvalidInputException invalid(String problem) {
        return new InvalidInputException(description + ": corrupt pickle at byte " + position() + ": " + problem);
    }

    /** Something that may be well formed but is not read. */
    InvalidInputException refused(String problem) {
        return new InvalidInputException(description + ": " + problem);
    }

    private void need(int count) {
        if (bytes.remaining() < count) {
            throw invalid("it breaks off");
        }
    }
}
