package org.nextscale.training.internal.loss;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.nextscale.api.InvalidInputException;

/**
 * A node of an ONNX graph that is about to run.
 *
 * @param values what ran before it has made, by name
 */
record OnnxNode(NodeProto node, Map<String, Tensor> values, OnnxConstants constants) {

    String operator() {
        return node.getOpType();
    }

    /** The name of what it writes. */
    String output() {
        return node.getOutput(0);
    }

    int inputs() {
        return node.getInputCount();
    }

    boolean has(int input) {
        return input < node.getInputCount() && !node.getInput(input).isEmpty();
    }

    /** An input that has values. */
    Tensor tensor(int input) {
        if (!has(input)) {
            throw new InvalidInputException("input " + input + " is missing");
        }
        String name = node.getInput(input);
        Tensor found = values.getOrDefault(name, constants.tensor(name));
        if (found == null) {
            throw new InvalidInputException("input " + name + " holds whole numbers, expected floats");
        }
        return found;
    }

    /** An input of whole numbers that are known beforehand. */
    long[] numbers(int input) {
        long[] found = has(input) ? constants.numbers(node.getInput(input)) : null;
        if (found == null) {
            throw new InvalidInputException("input " + input + " must be a constant of whole numbers");
        }
        return found;
    }

    private AttributeProto attribute(String name) {
        for (AttributeProto each : node.getAttributeList()) {
            if (each.getName().equals(name)) {
                return each;
            }
        }
        return null;
    }

    long integer(String name, long otherwise) {
        AttributeProto found = attribute(name);
        return found == null ? otherwise : found.getI();
    }

    double real(String name, float otherwise) {
        AttributeProto found = attribute(name);
        return found == null ? otherwise : found.getF();
    }

    String text(String name, String otherwise) {
        AttributeProto found = attribute(name);
        return found == null ? otherwise : found.getS().toStringUtf8();
    }

    /** A list of numbers of a known length. */
    long[] integers(String name, long... otherwise) {
        AttributeProto found = attribute(name);
        if (found == null) {
            return otherwise;
        }
        long[] numbers = found.getIntsList().stream().mapToLong(Long::longValue).toArray();
        if (numbers.length != otherwise.length) {
            throw new InvalidInputException(
                    name + " has " + numbers.length + " numbers, only two dimensions are known here");
        }
        return numbers;
    }
}
