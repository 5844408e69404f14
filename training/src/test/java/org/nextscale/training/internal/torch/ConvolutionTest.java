package org.nextscale.training.internal.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolutions and their gradients, computed a second time as products with unfolded images. */
class ConvolutionTest {
    /** Sums of at most 9 · 64 products of normal numbers, in float32. */
    private static final double TOLERANCE = 1e-3;

    @ParameterizedTest
    @CsvSource({
        "2, 32, 3, 16, 3, 1",
        "2, 8, 8, 4, 3, 1",
        "16, 16, 24, 8, 3, 1",
        "2, 32, 64, 16, 3, 2",
        "4, 64, 1, 8, 4, 2"
    })
    void gradientsAreThoseOfTheProduct(int batch, int in, int out, int side, int kernel, int stride) {
        try (PointerScope scope = new PointerScope()) {
            torch.manual_seed(7);
            long padding = kernel / 2;
            Tensor x = torch.randn(batch, in, side, side);
            Tensor w = torch.randn(out, in, kernel, kernel);
            Tensor b = torch.randn(out);
            Tensor[] inputs = {leaf(x), leaf(w), leaf(b)};
            Tensor[] again = {leaf(x), leaf(w), leaf(b)};

            Tensor y = Ops.convolution(inputs[0], inputs[1], inputs[2], stride, padding);
            Tensor columns = torch.im2col(
                    again[0],
                    new long[] {kernel, kernel},
                    new long[] {1, 1},
                    new long[] {padding, padding},
                    new long[] {stride, stride});
            Tensor wanted = again[1].view(out, -1)
                    .matmul(columns)
                    .add(again[2].view(1, out, 1))
                    .view(batch, out, y.size(2), y.size(3));
            Tensor direction = torch.randn(batch, out, y.size(2), y.size(3));
            y.mul(direction).sum().backward();
            wanted.mul(direction).sum().backward();

            assertEquals(0, farthest(y, wanted), TOLERANCE, "result");
            for (int i = 0; i < inputs.length; i++) {
                assertEquals(0, farthest(inputs[i].grad(), again[i].grad()), TOLERANCE, "gradient " + i);
            }
        }
    }

    private static Tensor leaf(Tensor values) {
        Tensor leaf = values.clone();
        leaf.set_requires_grad(true);
        return leaf;
    }

    private static double farthest(Tensor a, Tensor b) {
        return a.sub(b).abs().max().item_double();
    }
}
