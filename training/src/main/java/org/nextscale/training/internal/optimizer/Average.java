package org.nextscale.training.internal.optimizer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.TensorSet;

/** An exponential moving average of weights (EMA). For one thread. */
public final class Average implements AutoCloseable {
    private final TensorSet weights;
    private final double decay;
    private final List<Tensor> averages = new ArrayList<>();

    /** @param decay share that a step keeps of the average; early on less, so that it forgets where training began */
    public Average(TensorSet weights, double decay) {
        this.weights = weights;
        this.decay = decay;
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            for (TensorSet.Flat flat : weights.flats()) {
                Tensor copy = flat.values().clone();
                copy.retainReference();
                averages.add(copy);
            }
        }
    }

    /** Takes the weights in, after step {@code step}, from 0. */
    public void update(long step) {
        double kept = Math.min(decay, (1.0 + step) / (10 + step));
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            for (int i = 0; i < averages.size(); i++) {
                averages.get(i).lerp_(weights.flats().get(i).values(), Ops.scalar(1 - kept));
            }
        }
    }

    /** Forgets what was, and begins with the weights as they are. */
    public void restart() {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            for (int i = 0; i < averages.size(); i++) {
                averages.get(i).copy_(weights.flats().get(i).values());
            }
        }
    }

    /** What comes of something with the averages in place of the weights, which come back afterwards. */
    public <T> T inPlace(Supplier<T> work) {
        swap();
        try {
            return work.get();
        } finally {
            swap();
        }
    }

    private void swap() {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            for (int i = 0; i < averages.size(); i++) {
                Tensor values = weights.flats().get(i).values();
                Tensor copy = values.clone();
                values.copy_(averages.get(i));
                averages.get(i).copy_(copy);
            }
        }
    }

    /** The averages, flat. */
    public List<Tensor> values() {
        return averages;
    }

    @Override
    public void close() {
        averages.forEach(Tensor::releaseReference);
        averages.clear();
    }
}
