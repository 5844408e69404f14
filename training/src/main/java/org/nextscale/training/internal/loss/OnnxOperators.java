package org.nextscale.training.internal.loss;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.api.InvalidInputException;
import org.nextscale.training.internal.torch.Ops;

/** The ONNX operators that convolutional feature networks consist of, on images of two dimensions, in libtorch. */
final class OnnxOperators {
    private static final Map<String, Function<OnnxNode, Tensor>> KNOWN = new TreeMap<>(Map.ofEntries(
            Map.entry("Add", node -> binary(node, Tensor::add)),
            Map.entry("AveragePool", OnnxOperators::averagePool),
            Map.entry("BatchNormalization", OnnxOperators::batchNormalization),
            Map.entry("Concat", OnnxOperators::concat),
            Map.entry("Constant", OnnxOperators::constant),
            Map.entry("Conv", OnnxOperators::convolution),
            Map.entry("Div", node -> binary(node, Tensor::div)),
            Map.entry("Dropout", node -> node.tensor(0)),
            Map.entry("Flatten", OnnxOperators::flatten),
            Map.entry("Gemm", OnnxOperators::gemm),
            Map.entry("GlobalAveragePool", node -> torch.adaptive_avg_pool2d(node.tensor(0), 1, 1)),
            Map.entry("Identity", node -> node.tensor(0)),
            Map.entry("LeakyRelu", node -> torch.leaky_relu(node.tensor(0), Ops.scalar(node.real("alpha", 0.01f)))),
            Map.entry("MaxPool", OnnxOperators::maxPool),
            Map.entry("Mul", node -> binary(node, Tensor::mul)),
            Map.entry("Relu", node -> node.tensor(0).relu()),
            Map.entry("Reshape", OnnxOperators::reshape),
            Map.entry("Sigmoid", node -> node.tensor(0).sigmoid()),
            Map.entry("Sub", node -> binary(node, Tensor::sub))));

    private OnnxOperators() {}

    static boolean knows(String operator) {
        return KNOWN.containsKey(operator);
    }

    /** All that are known, for messages. */
    static String names() {
        return String.join(", ", KNOWN.keySet());
    }

    /** What a node writes first; null if that is a constant of whole numbers. */
    static Tensor run(OnnxNode node) {
        return KNOWN.get(node.operator()).apply(node);
    }

    private static Tensor binary(OnnxNode node, BinaryOperator<Tensor> operation) {
        return operation.apply(node.tensor(0), node.tensor(1));
    }

    private static Tensor constant(OnnxNode node) {
        return node.constants().tensor(node.output());
    }

    private static Tensor concat(OnnxNode node) {
        Tensor[] parts = new Tensor[node.inputs()];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = node.tensor(i);
        }
        return torch.cat(new TensorVector(parts), node.integer("axis", 1));
    }

    /** Zeros or other values about an image, in the order ONNX gives them: top, left, bottom, right. */
    private record Margins(long top, long left, long bottom, long right) {

        static Margins of(OnnxNode node) {
            String automatic = node.text("auto_pad", "NOTSET");
            if (!automatic.equals("NOTSET") && !automatic.equals("VALID")) {
                throw new InvalidInputException("auto_pad " + automatic + " is not known here, give pads");
            }
            long[] pads = node.integers("pads", 0, 0, 0, 0);
            return new Margins(pads[0], pads[1], pads[2], pads[3]);
        }

        boolean symmetric() {
            return top == bottom && left == right;
        }

        long[] inside() {
            return symmetric() ? new long[] {top, left} : new long[] {0, 0};
        }

        /** The image, with its margins about it if the operation that follows cannot add them itself. */
        Tensor about(Tensor image, double value) {
            return symmetric()
                    ? image
                    : torch.constant_pad_nd(image, new long[] {left, right, top, bottom}, Ops.scalar(value));
        }
    }

    private static Tensor convolution(OnnxNode node) {
        Tensor weight = node.tensor(1);
        if (weight.dim() != 4) {
            throw new InvalidInputException(
                    "kernels of " + (weight.dim() - 2) + " dimensions, only two are known here");
        }
        Margins margins = Margins.of(node);
        return Ops.convolution(
                margins.about(node.tensor(0), 0),
                weight,
                node.has(2) ? node.tensor(2) : null,
                node.integers("strides", 1, 1),
                margins.inside(),
                node.integers("dilations", 1, 1),
                node.integer("group", 1));
    }

    private static Tensor maxPool(OnnxNode node) {
        Margins margins = Margins.of(node);
        return torch.max_pool2d(
                margins.about(node.tensor(0), Double.NEGATIVE_INFINITY),
                node.integers("kernel_shape", 1, 1),
                node.integers("strides", 1, 1),
                margins.inside(),
                node.integers("dilations", 1, 1),
                node.integer("ceil_mode", 0) != 0);
    }

    private static Tensor averagePool(OnnxNode node) {
        Margins margins = Margins.of(node);
        boolean countMargins = node.integer("count_include_pad", 0) != 0;
        if (!margins.symmetric() && !countMargins) {
            throw new InvalidInputException(
                    "pads that differ from side to side are known here with count_include_pad only");
        }
        for (long dilation : node.integers("dilations", 1, 1)) {
            if (dilation != 1) {
                throw new InvalidInputException("dilations are not known here");
            }
        }
        return torch.avg_pool2d(
                margins.about(node.tensor(0), 0),
                node.integers("kernel_shape", 1, 1),
                node.integers("strides", 1, 1),
                margins.inside(),
                node.integer("ceil_mode", 0) != 0,
                countMargins,
                new LongOptional());
    }

    private static Tensor batchNormalization(OnnxNode node) {
        return torch.batch_norm(
                node.tensor(0),
                Ops.optional(node.tensor(1)),
                Ops.optional(node.tensor(2)),
                Ops.optional(node.tensor(3)),
                Ops.optional(node.tensor(4)),
                false,
                0,
                node.real("epsilon", 1e-5f),
                false);
    }

    private static Tensor gemm(OnnxNode node) {
        Tensor a = node.integer("transA", 0) != 0 ? node.tensor(0).t() : node.tensor(0);
        Tensor b = node.integer("transB", 0) != 0 ? node.tensor(1).t() : node.tensor(1);
        Tensor product = Ops.mul(a.matmul(b), node.real("alpha", 1));
        return node.has(2) ? product.add(Ops.mul(node.tensor(2), node.real("beta", 1))) : product;
    }

    private static Tensor flatten(OnnxNode node) {
        Tensor x = node.tensor(0);
        long axis = node.integer("axis", 1);
        long first = axis < 0 ? axis + x.dim() : axis;
        long rows = 1;
        for (int i = 0; i < first; i++) {
            rows *= x.size(i);
        }
        return x.reshape(rows, x.numel() / rows);
    }

    private static Tensor reshape(OnnxNode node) {
        Tensor x = node.tensor(0);
        long[] shape = node.numbers(1).clone();
        boolean copiesZeros = node.integer("allowzero", 0) == 0;
        for (int i = 0; i < shape.length; i++) {
            if (shape[i] == 0 && copiesZeros && i < x.dim()) {
                shape[i] = x.size(i);
            }
        }
        return x.reshape(shape);
    }
}
