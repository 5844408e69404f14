package org.nextscale.backend.cuda.internal.tokenizer;

import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.MemoryPlan;

/** Group normalization over 32 groups of neighbouring channels. Immutable. */
record GroupNorm(TokenizerWeights weights, MemoryPlan.Region weight, MemoryPlan.Region bias) {

    static GroupNorm of(TokenizerWeights weights, String name, int channels) {
        return new GroupNorm(
                weights, weights.vector(name + ".weight", channels), weights.vector(name + ".bias", channels));
    }

    /** The normalized map. */
    DeviceBuffer run(Canvas canvas, DeviceBuffer map, MapShape shape) {
        return run(canvas, map, shape, false);
    }

    /** SiLU of the normalized map. */
    DeviceBuffer withSilu(Canvas canvas, DeviceBuffer map, MapShape shape) {
        return run(canvas, map, shape, true);
    }

    private DeviceBuffer run(Canvas canvas, DeviceBuffer map, MapShape shape, boolean silu) {
        DeviceBuffer out = canvas.memory(ScratchMemory.Use.OPERAND, canvas.bytes(shape));
        DeviceBuffer moments = canvas.memory(ScratchMemory.Use.MOMENTS, MapKernels.momentBytes(shape));
        DeviceBuffer factors = canvas.memory(ScratchMemory.Use.FACTORS, MapKernels.factorBytes(shape));
        canvas.kernels()
                .norm(shape, map, weights.at(weight), weights.at(bias), moments, factors, out, silu)
                .forEach(canvas::put);
        return out;
    }
}
