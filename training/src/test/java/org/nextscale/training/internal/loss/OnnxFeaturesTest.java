package org.nextscale.training.internal.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.Placement;

/** Networks of random weights, against ONNX Runtime. */
class OnnxFeaturesTest {
    private static final int HEIGHT = 13;
    private static final int WIDTH = 17;

    @TempDir
    Path folder;

    private final Random random = new Random(3);
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("g");

    private float[] values(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian() / 2;
        }
        return values;
    }

    private static ValueInfoProto value(String name, long... shape) {
        TensorShapeProto.Builder sizes = TensorShapeProto.newBuilder();
        for (long each : shape) {
            sizes.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(each));
        }
        TypeProto.Tensor.Builder type =
                TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT.getNumber());
        if (shape.length > 0) {
            type.setShape(sizes);
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(type))
                .build();
    }

    private TensorProto floats(String name, long... shape) {
        int count = 1;
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT.getNumber());
        for (long each : shape) {
            count *= (int) each;
            tensor.addDims(each);
        }
        float[] values = values(count);
        if (random.nextBoolean()) {
            for (float each : values) {
                tensor.addFloatData(each);
            }
        } else {
            ByteBuffer raw = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
            raw.asFloatBuffer().put(values);
            tensor.setRawData(ByteString.copyFrom(raw));
        }
        return tensor.build();
    }

    private String weight(String name, long... shape) {
        graph.addInitializer(floats(name, shape));
        return name;
    }

    private String numbers(String name, long... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT64.getNumber())
                .addDims(values.length);
        for (long each : values) {
            tensor.addInt64Data(each);
        }
        graph.addInitializer(tensor);
        return name;
    }

    private static AttributeProto integers(String name, long... values) {
        AttributeProto.Builder made =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (long each : values) {
            made.addInts(each);
        }
        return made.build();
    }

    private static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    private static AttributeProto real(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(value)
                .build();
    }

    private void node(String operator, String output, List<String> inputs, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(operator)
                .setName("the " + operator + " of " + output)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(List.of(attributes)));
    }

    /** A network with every operator that is known, and outputs at several depths. */
    private void everything() {
        graph.addInput(value("image", 2, 3, HEIGHT, WIDTH));
        graph.addNode(NodeProto.newBuilder()
                .setOpType("Constant")
                .addOutput("mean")
                .addAttribute(AttributeProto.newBuilder()
                        .setName("value")
                        .setType(AttributeProto.AttributeType.TENSOR)
                        .setT(floats("", 1, 3, 1, 1))));
        node("Sub", "shifted", List.of("image", "mean"));
        node("Div", "scaled", List.of("shifted", weight("deviation", 3, 1, 1)));
        node(
                "Conv",
                "c1",
                List.of("scaled", weight("w1", 8, 3, 3, 3), weight("b1", 8)),
                integers("pads", 0, 1, 1, 0),
                integers("strides", 1, 2));
        node("Relu", "r1", List.of("c1"));
        node(
                "Conv",
                "c2",
                List.of("r1", weight("w2", 6, 4, 3, 3)),
                integer("group", 2),
                integers("dilations", 2, 1),
                integers("pads", 2, 1, 2, 1));
        node(
                "BatchNormalization",
                "n2",
                List.of("c2", weight("s", 6), weight("t", 6), weight("m", 6), positive("v", 6)),
                real("epsilon", 0.01f));
        node("LeakyRelu", "l2", List.of("n2"), real("alpha", 0.3f));
        node("Dropout", "d2", List.of("l2"));
        node(
                "MaxPool",
                "p2",
                List.of("d2"),
                integers("kernel_shape", 3, 2),
                integers("strides", 2, 1),
                integers("pads", 1, 0, 0, 1));
        node("AveragePool", "a2", List.of("p2"), integers("kernel_shape", 3, 3), integers("pads", 1, 1, 1, 1));
        node("Sigmoid", "g2", List.of("a2"));
        node("Concat", "k2", List.of("p2", "g2"), integer("axis", 1));
        node("Identity", "i2", List.of("k2"));
        node("Mul", "m2", List.of("i2", weight("f", 12, 1, 1)));
        node("Add", "z2", List.of("m2", "i2"));
        node("GlobalAveragePool", "q", List.of("z2"));
        node("Flatten", "flat", List.of("q"));
        node(
                "Gemm",
                "e",
                List.of("flat", weight("w3", 10, 12), weight("b3", 10)),
                integer("transB", 1),
                real("alpha", 0.7f),
                real("beta", 1.5f));
        node("Reshape", "shaped", List.of("e", numbers("shape", 0, 5, -1)));
        for (String output : List.of("r1", "z2", "e", "shaped")) {
            graph.addOutput(value(output));
        }
    }

    private String positive(String name, long... shape) {
        TensorProto.Builder tensor =
                floats(name, shape).toBuilder().clearRawData().clearFloatData();
        for (int i = 0; i < shape[0]; i++) {
            tensor.addFloatData(0.5f + random.nextFloat());
        }
        graph.addInitializer(tensor);
        return name;
    }

    private Path save() throws IOException {
        ModelProto model = ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17))
                .setGraph(graph)
                .build();
        return Files.write(folder.resolve("net.onnx"), model.toByteArray());
    }

    @Test
    void everyOperatorGivesWhatOnnxRuntimeGives() throws IOException, OrtException {
        everything();
        Path file = save();
        float[] pixels = values(2 * 3 * HEIGHT * WIDTH);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(file.toString());
                OnnxTensor image = OnnxTensor.createTensor(
                        environment, FloatBuffer.wrap(pixels), new long[] {2, 3, HEIGHT, WIDTH});
                OrtSession.Result expected = session.run(Map.of("image", image));
                PointerScope scope = new PointerScope();
                OnnxFeatures network = OnnxFeatures.open(file, Placement.CPU)) {
            List<Tensor> found = network.features(Tensor.create(pixels, 2, 3, HEIGHT, WIDTH));
            assertEquals(4, found.size());
            for (int i = 0; i < 4; i++) {
                OnnxTensor wanted = (OnnxTensor) expected.get(i);
                assertArrayEquals(wanted.getInfo().getShape(), found.get(i).shape());
                FloatBuffer buffer = wanted.getFloatBuffer();
                float[] values = new float[buffer.remaining()];
                buffer.get(values);
                assertArrayEquals(values, Ops.values(found.get(i)), 2e-5f, "output " + i);
            }
        }
    }

    /** Unit-length features of one layer, a convolution and a rectifier. */
    @Test
    void outputsAreComparedAndGradientsFlow() throws IOException {
        graph.addInput(value("image", 1, 3, 6, 6));
        TensorProto kernel = floats("w", 4, 3, 1, 1).toBuilder().build();
        graph.addInitializer(kernel);
        node("Conv", "c", List.of("image", "w"));
        node("Relu", "r", List.of("c"));
        graph.addOutput(value("r"));
        Path file = save();
        float[] one = values(3 * 36);
        float[] other = values(3 * 36);
        try (PointerScope scope = new PointerScope();
                PerceptualLoss loss = PerceptualLoss.open(file, Placement.CPU);
                OnnxConstants constants = new OnnxConstants(Placement.CPU)) {
            constants.put("w", kernel);
            float[] weights = Ops.values(constants.tensor("w"));
            Tensor image = Tensor.create(one, 1, 3, 6, 6);
            image.set_requires_grad(true);
            Tensor found = loss.of(image, Tensor.create(other, 1, 3, 6, 6));
            assertEquals(plain(weights, one, other), found.item_double(), 1e-5);
            found.backward();
            float[] gradient = Ops.values(image.grad());
            for (int i = 0; i < one.length; i += 7) {
                float[] above = one.clone();
                float[] below = one.clone();
                above[i] += 1e-3f;
                below[i] -= 1e-3f;
                double slope = (plain(weights, above, other) - plain(weights, below, other)) / (above[i] - below[i]);
                assertEquals(slope, gradient[i], 2e-3, "pixel " + i);
            }
        }
    }

    private static double plain(float[] weights, float[] one, float[] other) {
        PlainMaps a = new PlainMaps(3, 6, 6, one, 0)
                .convolution(weights, 1, new float[4], 1, 0)
                .leaky(0);
        PlainMaps b = new PlainMaps(3, 6, 6, other, 0)
                .convolution(weights, 1, new float[4], 1, 0)
                .leaky(0);
        double sum = 0;
        for (int place = 0; place < 36; place++) {
            double lengthA = 1e-10;
            double lengthB = 1e-10;
            for (int c = 0; c < 4; c++) {
                lengthA += a.values()[c * 36 + place] * a.values()[c * 36 + place];
                lengthB += b.values()[c * 36 + place] * b.values()[c * 36 + place];
            }
            for (int c = 0; c < 4; c++) {
                double difference = a.values()[c * 36 + place] / Math.sqrt(lengthA)
                        - b.values()[c * 36 + place] / Math.sqrt(lengthB);
                sum += difference * difference / 36;
            }
        }
        return sum;
    }

    private String refused() throws IOException {
        Path file = save();
        String said = assertThrows(InvalidInputException.class, () -> OnnxFeatures.open(file, Placement.CPU))
                .getMessage();
        assertTrue(said.startsWith(file + ": "), said);
        return said;
    }

    @Test
    void anOperatorThatIsNotKnownIsNamed() throws IOException {
        graph.addInput(value("image", 1, 3, 6, 6));
        node("Softmax", "s", List.of("image"));
        graph.addOutput(value("s"));
        assertTrue(refused().contains("operator Softmax is not known here, known are Add, AveragePool"), refused());
    }

    @Test
    void brokenGraphsAreRefused() throws IOException {
        node("Relu", "r", List.of("elsewhere"));
        graph.addOutput(value("r"));
        assertTrue(refused().contains("has the inputs []"), refused());
        graph.addInput(value("image", 1, 3, 6, 6));
        assertTrue(refused().contains("Relu the Relu of r reads elsewhere, which nothing before writes"), refused());
        graph.clearNode();
        node("Relu", "other", List.of("image"));
        assertTrue(refused().contains("output r is written by no node"), refused());
        graph.addInitializer(TensorProto.newBuilder()
                .setName("w")
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .addDims(1L << 40)
                .addDims(1L << 40));
        assertTrue(refused().contains("constant w has the shape [1099511627776, 1099511627776] and 0 values"));
        graph.setInitializer(0, floats("w", 2).toBuilder().setDataLocation(TensorProto.DataLocation.EXTERNAL));
        assertTrue(refused().contains("constant w is in a file of its own"), refused());
    }

    @Test
    void whatIsNoModelIsRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("text.onnx"), "this is no model, is it?");
        String said = assertThrows(InvalidInputException.class, () -> PerceptualLoss.open(text, Placement.CPU))
                .getMessage();
        assertTrue(said.contains("is no ONNX model"), said);
        Path empty = Files.writeString(folder.resolve("empty.onnx"), "");
        assertThrows(InvalidInputException.class, () -> PerceptualLoss.open(empty, Placement.CPU));
    }

    @Test
    void imagesThatDoNotFitAreRefusedByTheNodesName() throws IOException {
        graph.addInput(value("image", 1, 3, 6, 6));
        node("Conv", "c", List.of("image", weight("w", 4, 5, 3, 3)));
        graph.addOutput(value("c"));
        Path file = save();
        try (PointerScope scope = new PointerScope();
                OnnxFeatures network = OnnxFeatures.open(file, Placement.CPU)) {
            Tensor image = Tensor.create(values(3 * 36), 1, 3, 6, 6);
            String said = assertThrows(InvalidInputException.class, () -> network.features(image))
                    .getMessage();
            assertTrue(said.startsWith(file + ": Conv the Conv of c, writing c: "), said);
            assertEquals(1, said.lines().count());
        }
    }
}
