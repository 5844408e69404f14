package org.nextscale.training.internal.optimizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.Placement;
import org.nextscale.training.internal.torch.TensorSet;

/** Some steps beside the formulas of the paper in double precision. */
class AdamWTest {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.95;
    private static final double DECAY = 0.1;
    private static final double RATE = 0.01;

    @Test
    void stepsFollowTheFormulas() {
        float[] matrix = {1, -2, 0.5f, 3};
        float[] vector = {-1, 2};
        List<TensorShape> shapes = List.of(new TensorShape("m", List.of(2L, 2L)), new TensorShape("v", List.of(2L)));
        try (PointerScope scope = new PointerScope();
                TensorSet weights = TensorSet.trained(
                        shapes,
                        each -> (first, target) -> target.put(each.name().equals("m") ? matrix : vector),
                        each -> each.name().equals("m"),
                        Placement.CPU);
                AdamW optimizer = new AdamW(weights, BETA1, BETA2, DECAY)) {
            Formulas m = new Formulas(matrix, DECAY);
            Formulas v = new Formulas(vector, 0);
            for (int step = 0; step < 5; step++) {
                weights.clearGradients();
                // The gradient of a sum of cubes, 3 · w².
                cubes(weights.get("m")).add(cubes(weights.get("v"))).backward();
                optimizer.step(step, RATE);
                m.step(step);
                v.step(step);
                assertArrayEquals(m.values(), Ops.values(weights.get("m")), 1e-6f, "step " + step);
                assertArrayEquals(v.values(), Ops.values(weights.get("v")), 1e-6f, "step " + step);
            }
        }
    }

    private static Tensor cubes(Tensor x) {
        return x.mul(x).mul(x).sum();
    }

    private static final class Formulas {
        private final double[] weights;
        private final double[] first;
        private final double[] second;
        private final double decay;

        Formulas(float[] start, double decay) {
            weights = new double[start.length];
            for (int i = 0; i < start.length; i++) {
                weights[i] = start[i];
            }
            first = new double[start.length];
            second = new double[start.length];
            this.decay = decay;
        }

        void step(int step) {
            for (int i = 0; i < weights.length; i++) {
                double gradient = 3 * weights[i] * weights[i];
                first[i] = BETA1 * first[i] + (1 - BETA1) * gradient;
                second[i] = BETA2 * second[i] + (1 - BETA2) * gradient * gradient;
                double mean = first[i] / (1 - Math.pow(BETA1, step + 1));
                double square = second[i] / (1 - Math.pow(BETA2, step + 1));
                weights[i] -= RATE * (decay * weights[i] + mean / (Math.sqrt(square) + 1e-8));
            }
        }

        float[] values() {
            float[] values = new float[weights.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) weights[i];
            }
            return values;
        }
    }
}
