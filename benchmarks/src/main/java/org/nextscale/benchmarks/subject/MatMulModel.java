package org.nextscale.benchmarks.subject;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The smallest ONNX model: {@code c = a · b} with b stored in it, written as protobuf by hand. Numbers are those of the
 * fields in onnx.proto.
 */
final class MatMulModel {
    private static final int FLOAT = 1;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private MatMulModel() {}

    /** @param weights b, {@code size²} floats in little-endian order */
    static byte[] of(int size, byte[] weights) {
        MatMulModel node =
                new MatMulModel().text(1, "a").text(1, "b").text(2, "c").text(4, "MatMul");
        MatMulModel stored = new MatMulModel()
                .number(1, size)
                .number(1, size)
                .number(2, FLOAT)
                .text(8, "b")
                .bytes(9, weights);
        MatMulModel graph = new MatMulModel()
                .message(1, node)
                .text(2, "matmul")
                .message(5, stored)
                .message(11, value("a", size))
                .message(12, value("c", size));
        MatMulModel opset = new MatMulModel().number(2, 17);
        return new MatMulModel()
                .number(1, 8)
                .message(7, graph)
                .message(8, opset)
                .out
                .toByteArray();
    }

    private static MatMulModel value(String name, int size) {
        MatMulModel dimension = new MatMulModel().number(1, size);
        MatMulModel shape = new MatMulModel().message(1, dimension).message(1, dimension);
        MatMulModel tensor = new MatMulModel().number(1, FLOAT).message(2, shape);
        return new MatMulModel().text(1, name).message(2, new MatMulModel().message(1, tensor));
    }

    private MatMulModel number(int field, long value) {
        varint((long) field << 3);
        varint(value);
        return this;
    }

    private MatMulModel message(int field, MatMulModel message) {
        return bytes(field, message.out.toByteArray());
    }

    private MatMulModel text(int field, String text) {
        return bytes(field, text.getBytes(StandardCharsets.UTF_8));
    }

    private MatMulModel bytes(int field, byte[] bytes) {
        varint((long) field << 3 | 2);
        varint(bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    private void varint(long value) {
        long rest = value;
        while (rest > 0x7f) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
