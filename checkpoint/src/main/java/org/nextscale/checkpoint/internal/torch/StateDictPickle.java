package org.nextscale.checkpoint.internal.torch;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.checkpoint.internal.storage.ElementType;

/**
 * The pickle (protocol 2) of a state dict as {@code torch.save} writes it: an OrderedDict from names to contiguous tensors,
 * the tensor of index N alone on storage N. Not thread-safe.
 */
final class StateDictPickle {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private StateDictPickle() {}

    static byte[] of(List<WeightInfo> tensors) {
        StateDictPickle pickle = new StateDictPickle();
        pickle.write(tensors);
        return pickle.out.toByteArray();
    }

    private void write(List<WeightInfo> tensors) {
        out.write(0x80);
        out.write(2);
        orderedDict();
        op('(');
        for (int i = 0; i < tensors.size(); i++) {
            text(tensors.get(i).name());
            tensor(tensors.get(i), i);
        }
        op('u');
        op('.');
    }

    private void orderedDict() {
        global("collections", "OrderedDict");
        op(')');
        op('R');
    }

    /** {@code torch._utils._rebuild_tensor_v2(storage, 0, shape, strides, False, OrderedDict())}. */
    private void tensor(WeightInfo tensor, int index) {
        long[] strides = new long[tensor.shape().size()];
        long stride = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= tensor.shape().get(i);
        }
        global("torch._utils", "_rebuild_tensor_v2");
        op('(');
        storage(tensor, index);
        integer(0);
        tuple(tensor.shape().stream().mapToLong(Long::longValue).toArray());
        tuple(strides);
        // False: the tensor asks for no gradient. Then its backward hooks, none.
        out.write(0x89);
        orderedDict();
        op('t');
        op('R');
    }

    /** The persistent id {@code ('storage', type, key, 'cpu', elements)}. */
    private void storage(WeightInfo tensor, int index) {
        op('(');
        text("storage");
        global("torch", ElementType.of(tensor.type()).torchStorage());
        text(Integer.toString(index));
        text("cpu");
        integer(tensor.elements());
        op('t');
        op('Q');
    }

    private void tuple(long[] values) {
        op('(');
        for (long value : values) {
            integer(value);
        }
        op('t');
    }

    private void integer(long value) {
        if (value < 1 << 8) {
            op('K');
            littleEndian(value, 1);
        } else if (value < 1 << 16) {
            op('M');
            littleEndian(value, 2);
        } else if (value <= Integer.MAX_VALUE) {
            op('J');
            littleEndian(value, 4);
        } else {
            out.write(0x8a);
            out.write(Long.BYTES);
            littleEndian(value, Long.BYTES);
        }
    }

    private void text(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        op('X');
        littleEndian(bytes.length, 4);
        out.writeBytes(bytes);
    }

    private void global(String module, String name) {
        out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private void op(char opcode) {
        out.write(opcode);
    }

    private void littleEndian(long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >>> (8 * i)));
        }
    }
}
