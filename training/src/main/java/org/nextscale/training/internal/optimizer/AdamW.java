package org.nextscale.training.internal.optimizer;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.TensorSet;

/**
 * AdamW (Loshchilov and Hutter, 2019) in PyTorch's arithmetic. The moments are flat like the weights they belong to, so that a
 * checkpoint can hold them. For one thread.
 */
public final class AdamW implements AutoCloseable {
    private static final double EPSILON = 1e-8;

    private final TensorSet weights;
    private final double beta1;
    private final double beta2;
    private final double weightDecay;
    private final List<Tensor> first = new ArrayList<>();
    private final List<Tensor> second = new ArrayList<>();

    public AdamW(TensorSet weights, double beta1, double beta2, double weightDecay) {
        this.weights = weights;
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.weightDecay = weightDecay;
        try (PointerScope scope = new PointerScope()) {
            for (TensorSet.Flat flat : weights.flats()) {
                first.add(zeros(flat));
                second.add(zeros(flat));
            }
        }
    }

    private static Tensor zeros(TensorSet.Flat flat) {
        Tensor zeros = torch.zeros_like(flat.values());
        zeros.retainReference();
        return zeros;
    }

    /**
     * Moves the weights along their gradients.
     *
     * @param step steps done before this one
     * @param learningRate of this step
     */
    public void step(long step, double learningRate) {
        double correction1 = 1 - Math.pow(beta1, step + 1);
        double correction2 = 1 - Math.pow(beta2, step + 1);
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            for (int i = 0; i < first.size(); i++) {
                TensorSet.Flat flat = weights.flats().get(i);
                Tensor gradient = flat.gradients();
                if (flat.decayed()) {
                    flat.values().mul_(Ops.scalar(1 - learningRate * weightDecay));
                }
                Tensor m = first.get(i);
                m.lerp_(gradient, Ops.scalar(1 - beta1));
                Tensor v = second.get(i);
                v.mul_(Ops.scalar(beta2));
                v.addcmul_(gradient, gradient, Ops.scalar(1 - beta2));
                Tensor divisor = v.sqrt();
                divisor.div_(Ops.scalar(Math.sqrt(correction2)));
                divisor.add_(Ops.scalar(EPSILON));
                flat.values().addcdiv_(m, divisor, Ops.scalar(-learningRate / correction1));
            }
        }
    }

    /** Running mean of the gradients, flat. */
    public List<Tensor> firstMoments() {
        return first;
    }

    /** Running mean of the squared gradients, flat. */
    public List<Tensor> secondMoments() {
        return second;
    }

    @Override
    public void close() {
        first.forEach(Tensor::releaseReference);
        second.forEach(Tensor::releaseReference);
        first.clear();
        second.clear();
    }
}
