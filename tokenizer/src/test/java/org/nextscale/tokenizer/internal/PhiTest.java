package org.nextscale.tokenizer.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.testkit.fake.FakeWeights;

class PhiTest {

    @Test
    void convolvesWithZeroPadding() {
        int z = 2;
        int side = 5;
        float[] weight = MapResamplingTest.random(z * z * 9);
        float[] bias = {0.5f, -1};
        FakeWeights weights = new FakeWeights()
                .with("quantize.quant_resi.qresi.weight", weight, z, z, 3, 3)
                .with("quantize.quant_resi.qresi.bias", bias, z);
        Phi phi = new Phi(
                TokenizerSpec.builder()
                        .channels(32)
                        .channelMultipliers(List.of(1))
                        .residualBlocks(1)
                        .latentChannels(z)
                        .vocabularySize(4)
                        .phiCount(1)
                        .build(),
                weights);
        float[] h = MapResamplingTest.random(z * side * side);
        float[] sum = new float[3 + h.length];
        phi.addTo(new Scale(0, 1, side), h, side, sum, 3);
        for (int out = 0; out < z; out++) {
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    double convolved = bias[out];
                    for (int in = 0; in < z; in++) {
                        for (int tap = 0; tap < 9; tap++) {
                            int v = y + tap / 3 - 1;
                            int u = x + tap % 3 - 1;
                            if (v >= 0 && v < side && u >= 0 && u < side) {
                                convolved += (double) weight[(out * z + in) * 9 + tap] * h[(in * side + v) * side + u];
                            }
                        }
                    }
                    int at = (out * side + y) * side + x;
                    // 18 products in float32.
                    assertEquals(0.5 * h[at] + 0.5 * convolved, sum[3 + at], 5e-6);
                }
            }
        }
    }
}
