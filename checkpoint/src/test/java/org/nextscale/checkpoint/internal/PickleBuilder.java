package org.nextscale.checkpoint.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes pickles opcode by opcode, the honest ones of {@code torch.save} and others. */
public final class PickleBuilder {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public PickleBuilder() {
        this(2);
    }

    public PickleBuilder(int protocol) {
        raw(0x80, protocol);
    }

    public PickleBuilder raw(int... bytes) {
        for (int each : bytes) {
            out.write(each);
        }
        return this;
    }

    public PickleBuilder op(char opcode) {
        return raw(opcode);
    }

    public PickleBuilder text(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        op('X').littleEndian(bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    /** Characters without a length. */
    public PickleBuilder ascii(String value) {
        out.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    public PickleBuilder littleEndian(int value) {
        out.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
        return this;
    }

    public PickleBuilder integer(long value) {
        raw(0x8a, 8);
        out.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
        return this;
    }

    public PickleBuilder integers(long... values) {
        op('(');
        for (long each : values) {
            integer(each);
        }
        return op('t');
    }

    public PickleBuilder global(String module, String name) {
        op('c');
        out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** A whole {@code _rebuild_tensor_v2} call. */
    public PickleBuilder tensor(
            String storageType, String key, long storageElements, long offset, long[] shape, long[] strides) {
        global("torch._utils", "_rebuild_tensor_v2").op('(');
        op('(').text("storage")
                .global("torch", storageType)
                .text(key)
                .text("cpu")
                .integer(storageElements);
        op('t').op('Q');
        integer(offset).integers(shape).integers(strides).raw(0x89);
        global("collections", "OrderedDict").op(')').op('R');
        return op('t').op('R');
    }

    /** The pickle, with its end. */
    public byte[] bytes() {
        byte[] bytes = Arrays.copyOf(unfinished(), out.size() + 1);
        bytes[bytes.length - 1] = '.';
        return bytes;
    }

    /** The pickle as it is. */
    public byte[] unfinished() {
        return out.toByteArray();
    }
}
