package org.nextscale.backend.onnx.internal.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * An ONNX graph under construction. Nodes are added in the order they compute; every call returns the value that later
 * nodes take. Large weights are only declared ({@link #weight}), so a model of any size stays far below protobuf's 2 GB.
 * Not thread-safe.
 *
 * <p>Field numbers are those of {@code onnx.proto}: ModelProto, GraphProto, NodeProto, TensorProto, ValueInfoProto.
 */
public final class GraphBuilder {
    private static final int IR_VERSION = 10;
    private static final int OPSET = 21;
    /** Domain of ONNX Runtime's own operators. */
    private static final String MICROSOFT = "com.microsoft";

    private static final int EXTERNAL = 1;

    private final String name;
    /** Before every name that is made up here; a graph within another one must not repeat its names. */
    private final String prefix;

    private final ProtoMessage graph = new ProtoMessage();
    private final Map<String, WeightShape> weights = new LinkedHashMap<>();
    private final Map<String, Value> constants = new LinkedHashMap<>();
    private final List<GraphInput> inputs = new ArrayList<>();
    private final List<GraphOutput> outputs = new ArrayList<>();
    private int nodes;

    public GraphBuilder(String name) {
        this(name, "");
    }

    private GraphBuilder(String name, String prefix) {
        this.name = name;
        this.prefix = prefix;
    }

    public String name() {
        return name;
    }

    /**
     * Declares a float input.
     *
     * @param dimensions a {@link Number} for a fixed size, a {@link String} that names one known at each run
     */
    public Value input(String input, Object... dimensions) {
        inputs.add(new GraphInput(input, List.of(dimensions)));
        graph.message(11, declaration(input, GraphType.FLOAT, dimensions));
        return new Value(input);
    }

    /** Makes a float value an output of the graph, under the name it has. */
    public void output(Value value, Object... dimensions) {
        outputs.add(new GraphOutput(value.name(), List.of(dimensions)));
        graph.message(12, declaration(value.name(), GraphType.FLOAT, dimensions));
    }

    /** Everything declared with {@link #input}, in that order. */
    public List<GraphInput> inputs() {
        return List.copyOf(inputs);
    }

    /** Everything made an output with {@link #output}, in that order. */
    public List<GraphOutput> outputs() {
        return List.copyOf(outputs);
    }

    /** Declares a weight; asking for one again returns the same value. */
    public Value weight(String weight, GraphType type, long... shape) {
        weights.put(
                weight,
                new WeightShape(weight, type, Arrays.stream(shape).boxed().toList()));
        return new Value(weight);
    }

    /** A small constant that the graph contains: shapes, axes. */
    public Value integers(long... values) {
        return constants.computeIfAbsent(prefix + "integers" + Arrays.toString(values), key -> {
            ByteBuffer data = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            data.asLongBuffer().put(values);
            return constant(key, GraphType.INT64, data, values.length);
        });
    }

    /** An integer constant without dimensions. */
    public Value scalar(long value) {
        return constants.computeIfAbsent(prefix + "scalar" + value, key -> {
            ByteBuffer data =
                    ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value);
            return constant(key, GraphType.INT64, data);
        });
    }

    /** A scalar constant. */
    public Value real(double value) {
        return constants.computeIfAbsent(
                prefix + "real" + (float) value,
                key -> constant(
                        key,
                        GraphType.FLOAT,
                        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat((float) value)));
    }

    /** A constant of one dimension that the graph contains. */
    public Value reals(String constant, float... values) {
        return constants.computeIfAbsent(prefix + constant, key -> {
            ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            data.asFloatBuffer().put(values);
            return constant(key, GraphType.FLOAT, data, values.length);
        });
    }

    /** Adds a node of the ONNX standard with one output. */
    public Value node(String operator, List<Attribute> attributes, Value... inputs) {
        return nodes("", operator, 1, attributes, inputs).get(0);
    }

    public Value node(String operator, Value... inputs) {
        return node(operator, List.of(), inputs);
    }

    /** Adds a node of ONNX Runtime's own with one output. */
    public Value microsoft(String operator, List<Attribute> attributes, Value... inputs) {
        return nodes(MICROSOFT, operator, 1, attributes, inputs).get(0);
    }

    /** Adds a node of the ONNX standard whose output gets a name of its own. */
    public Value named(String output, String operator, List<Attribute> attributes, Value... inputs) {
        add("", operator, List.of(output), attributes, inputs);
        return new Value(output);
    }

    /** Adds a node with several outputs; {@code domain} is empty for the ONNX standard. */
    public List<Value> nodes(String domain, String operator, int outputs, List<Attribute> attributes, Value... inputs) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            names.add(prefix + operator + "_" + nodes + (outputs == 1 ? "" : "_" + i));
        }
        add(domain, operator, names, attributes, inputs);
        return names.stream().map(Value::new).toList();
    }

    /** What a graph within another computes. */
    public interface Body {
        /**
         * @param graph gets the nodes, which may also take values of the graph around it
         * @param element one element of what is scanned, a scalar
         * @return the float result for that element
         */
        Value write(GraphBuilder graph, Value element);
    }

    /** Computes a graph for every element of a list of integers, one after the other, and stacks the results. */
    public Value scan(Value integers, Body body) {
        GraphBuilder inner = new GraphBuilder("scan_" + nodes, prefix + "scan_" + nodes + ".");
        String element = inner.prefix + "element";
        inner.graph.message(11, declaration(element, GraphType.INT64));
        Value result = body.write(inner, new Value(element));
        ProtoMessage anyShape = new ProtoMessage().integer(1, GraphType.FLOAT.number());
        inner.graph.message(
                12, new ProtoMessage().text(1, result.name()).message(2, new ProtoMessage().message(1, anyShape)));
        inner.graph.text(2, inner.name);
        return node(
                "Scan",
                List.of(Attribute.integer("num_scan_inputs", 1), Attribute.graph("body", inner.graph)),
                integers);
    }

    /** Everything declared with {@link #weight}, in that order. */
    public List<WeightShape> weights() {
        return List.copyOf(weights.values());
    }

    /** The finished model; its weights are handed over by name when a session is made. */
    public byte[] build() {
        return build((tensor, weight) -> tensor.message(13, entry("location", weight.name())));
    }

    /**
     * The finished model as a file whose weights lie in another one beside it.
     *
     * @param dataFile name of that file
     * @param offsets where each weight begins there, by its name
     */
    public byte[] build(String dataFile, Map<String, Long> offsets) {
        return build((tensor, weight) -> tensor.message(13, entry("location", dataFile))
                .message(13, entry("offset", String.valueOf(offsets.get(weight.name()))))
                .message(13, entry("length", String.valueOf(weight.bytes()))));
    }

    private byte[] build(BiConsumer<ProtoMessage, WeightShape> place) {
        ProtoMessage whole = new ProtoMessage().text(2, name).append(graph);
        for (WeightShape weight : weights.values()) {
            long[] shape = weight.shape().stream().mapToLong(Long::longValue).toArray();
            ProtoMessage tensor = tensor(weight.name(), weight.type(), shape);
            place.accept(tensor, weight);
            whole.message(5, tensor.integer(14, EXTERNAL));
        }
        return new ProtoMessage()
                .integer(1, IR_VERSION)
                .text(2, "nextscale")
                .message(8, new ProtoMessage().text(1, "").integer(2, OPSET))
                .message(8, new ProtoMessage().text(1, MICROSOFT).integer(2, 1))
                .message(7, whole)
                .toByteArray();
    }

    private static ProtoMessage entry(String key, String value) {
        return new ProtoMessage().text(1, key).text(2, value);
    }

    private void add(
            String domain, String operator, List<String> outputs, List<Attribute> attributes, Value... inputs) {
        ProtoMessage node = new ProtoMessage();
        for (Value input : inputs) {
            node.text(1, input.name());
        }
        outputs.forEach(output -> node.text(2, output));
        node.text(3, prefix + operator + "_" + nodes).text(4, operator);
        attributes.forEach(attribute -> node.message(5, attribute.message()));
        node.text(7, domain);
        graph.message(1, node);
        nodes++;
    }

    private Value constant(String constant, GraphType type, ByteBuffer data, long... shape) {
        graph.message(5, tensor(constant, type, shape).data(9, data.array()));
        return new Value(constant);
    }

    private static ProtoMessage tensor(String tensor, GraphType type, long... shape) {
        ProtoMessage message = new ProtoMessage();
        for (long size : shape) {
            message.integer(1, size);
        }
        return message.integer(2, type.number()).text(8, tensor);
    }

    private static ProtoMessage declaration(String value, GraphType type, Object... dimensions) {
        ProtoMessage shape = new ProtoMessage();
        for (Object dimension : dimensions) {
            shape.message(
                    1,
                    dimension instanceof Number size
                            ? new ProtoMessage().integer(1, size.longValue())
                            : new ProtoMessage().text(2, (String) dimension));
        }
        ProtoMessage tensor = new ProtoMessage().integer(1, type.number()).message(2, shape);
        return new ProtoMessage().text(1, value).message(2, new ProtoMessage().message(1, tensor));
    }
}
