package org.nextscale.training.internal.loop;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.nextscale.checkpoint.tensor.TensorValues;
import org.nextscale.training.internal.optimizer.AdamW;
import org.nextscale.training.internal.optimizer.Average;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.TensorSet;

/**
 * A flat float32 tensor that a checkpoint holds.
 *
 * @param name in the checkpoint
 * @param tensor one-dimensional and contiguous; owned by somebody else
 */
public record StateTensor(String name, Tensor tensor) {

    /** Its values as they are when they are read. */
    public TensorValues values() {
        return (first, target) -> Ops.read(tensor, first, target);
    }

    public void fill(TensorValues values) {
        Ops.fill(tensor, values);
    }

    /**
     * The state of a network in training.
     *
     * @param average {@code null} if none is kept
     */
    public static List<StateTensor> of(String network, TensorSet weights, AdamW optimizer, Average average) {
        List<StateTensor> state = new ArrayList<>();
        for (int i = 0; i < weights.flats().size(); i++) {
            String part = weights.flats().get(i).decayed() ? "decayed" : "undecayed";
            if (weights.flats().get(i).values().numel() == 0) {
                continue;
            }
            state.add(new StateTensor(
                    network + ".weights." + part, weights.flats().get(i).values()));
            state.add(new StateTensor(
                    network + ".adam-first." + part, optimizer.firstMoments().get(i)));
            state.add(new StateTensor(
                    network + ".adam-second." + part, optimizer.secondMoments().get(i)));
            if (average != null) {
                state.add(new StateTensor(
                        network + ".average." + part, average.values().get(i)));
            }
        }
        return state;
    }
}
