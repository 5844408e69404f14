package org.nextscale.training.internal.classifier;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.nextscale.api.InvalidInputException;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.files.WholeFile;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.TensorSet;

/**
 * A trained classifier as an ONNX file that {@code nextscale evaluate} takes as it is: {@code image} to {@code features} and
 * {@code probabilities}, and in its metadata how images are to be given.
 */
final class ClassifierFile {
    private static final int IR_VERSION = 8;
    private static final int OPSET = 17;
    private static final String BATCH = "batch";
    /** Protocol Buffers end at 2 GB; something is left for the rest. */
    private static final long MOST_ELEMENTS = 500_000_000;

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("classifier");

    private ClassifierFile() {}

    /**
     * Refuses a classifier, before there is one, that an ONNX file could not hold.
     *
     * @throws InvalidInputException if its weights are too many
     */
    static void requireFits(ClassifierNetwork.Shape shape) {
        long elements = ClassifierNetwork.tensors(shape).stream()
                .mapToLong(TensorShape::elements)
                .sum();
        if (elements > MOST_ELEMENTS) {
            throw new InvalidInputException("a classifier of " + elements + " weights: an ONNX file holds "
                    + MOST_ELEMENTS + "; give it fewer features");
        }
    }

    /**
     * Writes the file.
     *
     * @param name what its features are called in reports
     */
    static void write(
            Path target, ClassifierNetwork.Shape shape, TensorSet weights, String name, List<String> classNames) {
        ModelProto model = new ClassifierFile().model(shape, weights, name, classNames);
        WholeFile.write(target, model::writeTo);
    }

    private ModelProto model(ClassifierNetwork.Shape shape, TensorSet weights, String name, List<String> classNames) {
        for (TensorShape each : ClassifierNetwork.tensors(shape)) {
            graph.addInitializer(initializer(each, Ops.values(weights.get(each.name()))));
        }
        String x = "image";
        for (int level = 1; level <= shape.levels(); level++) {
            x = relu(convolution(x, "level" + level + ".same", 1));
            x = relu(convolution(x, "level" + level + ".half", 2));
        }
        x = node("Flatten", "flat", x);
        x = node("Gemm", "features.sum", integer("transB", 1), x, "features.weight", "features.bias");
        node("Relu", "features", x);
        node("Gemm", "logits", integer("transB", 1), "features", "classes.weight", "classes.bias");
        node("Softmax", "probabilities", integer("axis", 1), "logits");
        graph.addInput(value("image", 3, shape.side(), shape.side()));
        graph.addOutput(value("features", shape.features()));
        graph.addOutput(value("probabilities", shape.classes()));
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("nextscale")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
                .setGraph(graph)
                .addMetadataProps(metadata("nextscale.features", name))
                .addMetadataProps(metadata("nextscale.range", "-1,1"))
                .addMetadataProps(metadata("nextscale.resize", "none"))
                .addMetadataProps(metadata("nextscale.classes", String.join("\n", classNames)))
                .build();
    }

    private static TensorProto initializer(TensorShape tensor, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return TensorProto.newBuilder()
                .setName(tensor.name())
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .addAllDims(tensor.shape())
                .setRawData(ByteString.copyFrom(bytes))
                .build();
    }

    private String convolution(String input, String name, int stride) {
        return node(
                "Conv",
                name,
                List.of(integers("pads", 1, 1, 1, 1), integers("strides", stride, stride)),
                input,
                name + ".weight",
                name + ".bias");
    }

    private String relu(String input) {
        return node("Relu", input + ".relu", input);
    }

    private String node(String operator, String output, String... inputs) {
        return node(operator, output, List.of(), inputs);
    }

    private String node(String operator, String output, AttributeProto attribute, String... inputs) {
        return node(operator, output, List.of(attribute), inputs);
    }

    private String node(String operator, String output, List<AttributeProto> attributes, String... inputs) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output)
                .addAllInput(List.of(inputs))
                .addOutput(output)
                .addAllAttribute(attributes));
        return output;
    }

    private static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    private static AttributeProto integers(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    private static StringStringEntryProto metadata(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    private static ValueInfoProto value(String name, long... sizes) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(BATCH));
        for (long size : sizes) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                                .setShape(shape)))
                .build();
    }
}
