package org.nextscale.backend.onnx.internal.graph;

/** A named setting of a node, fixed when the graph is built. */
public final class Attribute {
    // Fields and type numbers of ONNX's AttributeProto.
    private static final int NAME = 1;
    private static final int TYPE = 20;

    private final ProtoMessage message;

    private Attribute(String name, int type, ProtoMessage message) {
        this.message = message.text(NAME, name).integer(TYPE, type);
    }

    public static Attribute real(String name, double value) {
        return new Attribute(name, 1, new ProtoMessage().real(2, (float) value));
    }

    public static Attribute integer(String name, long value) {
        return new Attribute(name, 2, new ProtoMessage().integer(3, value));
    }

    public static Attribute text(String name, String value) {
        return new Attribute(name, 3, new ProtoMessage().text(4, value));
    }

    public static Attribute integers(String name, long... values) {
        ProtoMessage message = new ProtoMessage();
        for (long value : values) {
            message.integer(8, value);
        }
        return new Attribute(name, 7, message);
    }

    static Attribute graph(String name, ProtoMessage graph) {
        return new Attribute(name, 5, new ProtoMessage().message(6, graph));
    }

    ProtoMessage message() {
        return message;
    }
}
