package org.nextscale.training.internal.loss;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.nextscale.api.InvalidInputException;
import org.nextscale.training.internal.torch.Placement;

/**
 * A convolutional network from an ONNX file, run node by node in libtorch so that gradients flow back to the images; the
 * features are the graph's outputs. What it may consist of is in {@link OnnxOperators}. The file is read whole: its weights
 * must be inside it, which is what exporters do below 2 GB.
 */
final class OnnxFeatures implements FrozenNetwork {
    private final Path file;
    private final GraphProto graph;
    private final String input;
    private final OnnxConstants constants;

    private OnnxFeatures(Path file, GraphProto graph, Placement placement) {
        this.file = file;
        this.graph = graph;
        this.constants = new OnnxConstants(placement);
        try (PointerScope scope = new PointerScope()) {
            for (TensorProto each : graph.getInitializerList()) {
                constants.put(each.getName(), each);
            }
            for (NodeProto each : graph.getNodeList()) {
                if (each.getOpType().equals("Constant")) {
                    constants.put(each.getOutput(0), constant(each));
                }
            }
            input = input();
            requireKnown();
        } catch (InvalidInputException e) {
            constants.close();
            throw new InvalidInputException(file + ": " + e.getMessage(), e);
        }
    }

    static OnnxFeatures open(Path file, Placement placement) {
        try (InputStream bytes = Files.newInputStream(file)) {
            ModelProto model = ModelProto.parseFrom(bytes);
            if (!model.hasGraph() || model.getGraph().getNodeCount() == 0) {
                throw new InvalidInputException(file + ": is no ONNX model: there is no graph in it");
            }
            return new OnnxFeatures(file, model.getGraph(), placement);
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidInputException(file + ": is no ONNX model, or damaged: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new InvalidInputException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static TensorProto constant(NodeProto node) {
        for (AttributeProto each : node.getAttributeList()) {
            if (each.getName().equals("value") && each.hasT()) {
                return each.getT();
            }
        }
        throw new InvalidInputException("Constant " + node.getOutput(0) + " has no tensor");
    }

    private String input() {
        List<String> inputs = graph.getInputList().stream()
                .map(ValueInfoProto::getName)
                .filter(each -> !constants.contains(each))
                .toList();
        if (inputs.size() != 1) {
            throw new InvalidInputException("has the inputs " + inputs + ", a network that looks at images has one");
        }
        return inputs.get(0);
    }

    /** Checks that every operator is known and everything that is read was written before. */
    private void requireKnown() {
        Set<String> present = new HashSet<>(constants.names());
        present.add(input);
        for (NodeProto each : graph.getNodeList()) {
            boolean standard = each.getDomain().isEmpty() || each.getDomain().equals("ai.onnx");
            if (!standard || !OnnxOperators.knows(each.getOpType())) {
                throw new InvalidInputException("operator " + (standard ? "" : each.getDomain() + ".")
                        + each.getOpType() + " is not known here, known are " + OnnxOperators.names());
            }
            for (String read : each.getInputList()) {
                if (!read.isEmpty() && !present.contains(read)) {
                    throw new InvalidInputException(each.getOpType() + " " + each.getName() + " reads " + read
                            + ", which nothing before writes");
                }
            }
            if (each.getOutputCount() == 0) {
                throw new InvalidInputException(each.getOpType() + " " + each.getName() + " has no output");
            }
            // Further outputs (indices, masks) are of no use here; reading them is refused as reading anything unknown.
            present.add(each.getOutput(0));
        }
        for (ValueInfoProto each : graph.getOutputList()) {
            if (!present.contains(each.getName())) {
                throw new InvalidInputException("output " + each.getName() + " is written by no node");
            }
        }
        if (graph.getOutputCount() == 0) {
            throw new InvalidInputException("has no outputs");
        }
    }

    @Override
    public List<Tensor> features(Tensor images) {
        Map<String, Tensor> values = new HashMap<>();
        values.put(input, images);
        for (NodeProto each : graph.getNodeList()) {
            OnnxNode node = new OnnxNode(each, values, constants);
            try {
                values.put(each.getOutput(0), OnnxOperators.run(node));
            } catch (RuntimeException e) {
                // libtorch's own messages go on with a stack trace.
                String reason =
                        String.valueOf(e.getMessage()).lines().findFirst().orElse("");
                throw new InvalidInputException(
                        file + ": " + each.getOpType() + " " + each.getName() + ", writing " + each.getOutput(0) + ": "
                                + reason,
                        e);
            }
        }
        return graph.getOutputList().stream()
                .map(each -> values.get(each.getName()))
                .toList();
    }

    @Override
    public Tensor importance(int layer) {
        return null;
    }

    @Override
    public void close() {
        constants.close();
    }
}
