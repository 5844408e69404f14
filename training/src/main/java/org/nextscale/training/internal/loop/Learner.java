package org.nextscale.training.internal.loop;

import java.util.List;
import java.util.function.Supplier;
import org.nextscale.training.internal.optimizer.AdamW;
import org.nextscale.training.internal.optimizer.Average;
import org.nextscale.training.internal.torch.TensorSet;

/** A network's weights with what trains them: AdamW, a limit to the gradient, perhaps an average. For one thread. */
public final class Learner implements AutoCloseable {
    private final TensorSet weights;
    private final AdamW optimizer;
    private final Average average;

    /**
     * @param weights closed with this
     * @param optimizer of these weights; closed with this
     * @param decay of the average of the weights; 0 for none
     */
    public Learner(TensorSet weights, AdamW optimizer, double decay) {
        this.weights = weights;
        this.optimizer = optimizer;
        average = decay > 0 ? new Average(weights, decay) : null;
    }

    public TensorSet weights() {
        return weights;
    }

    public AdamW optimizer() {
        return optimizer;
    }

    /** {@code null} if none is kept. */
    public Average average() {
        return average;
    }

    /**
     * Moves the weights along the gradients that were summed up; not at all if these are no numbers.
     *
     * @param step steps done before this one
     * @param clip largest norm of the gradient that is used
     * @return the norm before clipping
     */
    public double step(long step, double learningRate, double clip) {
        double norm = weights.gradientNorm();
        if (Double.isFinite(norm)) {
            weights.clipGradients(norm, clip);
            optimizer.step(step, learningRate);
            if (average != null) {
                average.update(step);
            }
        }
        return norm;
    }

    /** What comes of something with the average, if one is kept, in place of the weights. */
    public <T> T averaged(Supplier<T> work) {
        return average == null ? work.get() : average.inPlace(work);
    }

    /** All that a checkpoint needs of it. */
    public List<StateTensor> state(String network) {
        return StateTensor.of(network, weights, optimizer, average);
    }

    @Override
    public void close() {
        optimizer.close();
        if (average != null) {
            average.close();
        }
        weights.close();
    }
}
