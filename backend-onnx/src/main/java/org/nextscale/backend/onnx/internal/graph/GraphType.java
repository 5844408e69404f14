package org.nextscale.backend.onnx.internal.graph;

/** Element types of values in a graph, by ONNX's numbers ({@code TensorProto.DataType}). */
public enum GraphType {
    FLOAT(1, 4),
    UINT8(2, 1),
    INT8(3, 1),
    INT32(6, 4),
    INT64(7, 8);

    private final int number;
    private final int bytes;

    GraphType(int number, int bytes) {
        this.number = number;
        this.bytes = bytes;
    }

    int number() {
        return number;
    }

    public int bytes() {
        return bytes;
    }
}
