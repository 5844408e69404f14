package org.nextscale.training.internal.torch;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * Where tensors live: in the machine's memory, or in that of another device of libtorch. What comes from Java is made on the CPU and
 * moved; what is computed from it follows. No other class makes tensors from nothing, so that none can stay behind. Immutable.
 *
 * @param device as libtorch writes it, {@code cpu} or {@code cuda:0}
 */
public record Placement(String device) {
    public static final Placement CPU = new Placement("cpu");

    /** @param shape as many elements as there are values; row-major */
    public Tensor of(float[] values, long... shape) {
        return moved(Tensor.create(values, shape));
    }

    /** Whole numbers: indices and labels. */
    public Tensor of(long[] values, long... shape) {
        return moved(Tensor.create(values, shape));
    }

    /** Zeros in float32. */
    public Tensor zeros(long... shape) {
        return this.equals(CPU) ? torch.zeros(shape) : torch.zeros(shape, new TensorOptions(new Device(device)));
    }

    private Tensor moved(Tensor tensor) {
        return this.equals(CPU) ? tensor : tensor.to(new Device(device), tensor.scalar_type());
    }
}
