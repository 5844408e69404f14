package org.nextscale.training.internal.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nextscale.training.internal.NativeLibraries;

/** Convolutions and their gradients with any number of channels, against libtorch without oneDNN. */
class ChannelCountsTest {
    private static final List<String> NAMES =
            List.of("result", "gradient of the image", "of the kernel", "of the bias");

    @AfterEach
    void restore() {
        torch.globalContext().setUserEnabledMkldnn(true);
    }

    private static Tensor random(long seed, long... shape) {
        int count = 1;
        for (long size : shape) {
            count *= (int) size;
        }
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.create(values, shape);
    }

    private static List<float[]> run(
            long in, long out, long kernel, long stride, long batch, long groups, boolean oneDnn) {
        torch.globalContext().setUserEnabledMkldnn(oneDnn);
        try (PointerScope scope = new PointerScope()) {
            Tensor image = random(1, batch, in, 9, 9);
            Tensor weight = random(2, out, in / groups, kernel, kernel);
            Tensor bias = random(3, out);
            for (Tensor each : List.of(image, weight, bias)) {
                each.set_requires_grad(true);
            }
            Tensor made = Ops.convolution(
                    image,
                    weight,
                    bias,
                    new long[] {stride, stride},
                    new long[] {kernel / 2, kernel / 2},
                    new long[] {1, 1},
                    groups);
            made.mul(random(4, made.shape())).sum().backward();
            return List.of(
                    Ops.values(made), Ops.values(image.grad()), Ops.values(weight.grad()), Ops.values(bias.grad()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "3, 32, 3, 1, 2, 1",
        "32, 3, 3, 1, 2, 1",
        "4, 6, 3, 1, 2, 1",
        "5, 7, 3, 1, 2, 1",
        "8, 8, 3, 1, 4, 1",
        "12, 12, 3, 1, 2, 1",
        "17, 32, 3, 1, 2, 1",
        "24, 48, 4, 2, 2, 1",
        "20, 24, 3, 1, 1, 1",
        "40, 40, 1, 1, 2, 1",
        "64, 1, 4, 1, 1, 1",
        "8, 6, 3, 1, 2, 2",
        "40, 40, 3, 1, 2, 2",
        "48, 40, 3, 1, 2, 2",
        "24, 24, 3, 1, 2, 24"
    })
    void anyNumberOfChannelsIsComputedRight(long in, long out, long kernel, long stride, long batch, long groups) {
        NativeLibraries.load();
        List<float[]> expected = run(in, out, kernel, stride, batch, groups, false);
        List<float[]> found = run(in, out, kernel, stride, batch, groups, true);
        for (int part = 0; part < NAMES.size(); part++) {
            double squares = 0;
            for (float each : expected.get(part)) {
                squares += each * each;
            }
            double typical = Math.sqrt(squares / expected.get(part).length);
            assertTrue(typical > 0, NAMES.get(part));
            assertArrayEquals(expected.get(part), found.get(part), (float) (1e-4 * typical), NAMES.get(part));
        }
    }
}
