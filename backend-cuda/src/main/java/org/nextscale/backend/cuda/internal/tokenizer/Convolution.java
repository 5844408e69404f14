package org.nextscale.backend.cuda.internal.tokenizer;

import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.MemoryPlan;

/**
 * A convolution with a kernel of 3×3 or 1×1. Immutable.
 *
 * @param weights where its tensors are
 * @param inputs channels, padded
 * @param outputs channels, without padding
 * @param side of the kernel
 */
record Convolution(
        TokenizerWeights weights, MemoryPlan.Region kernel, MemoryPlan.Region bias, int inputs, int outputs, int side) {
    private static final int SIDE = 3;

    /** How a kernel goes over a map. */
    enum Way {
        /** The map keeps its size. */
        SAME,
        /** Every pixel twice in both directions before. */
        ENLARGING,
        /** In steps of two, with a row and a column of zeros at the bottom and the right. */
        HALVING
    }

    /** 3×3. */
    static Convolution of(TokenizerWeights weights, String name, int inputs, int outputs) {
        return part(weights, name, 0, inputs, outputs, outputs, SIDE);
    }

    /** 1×1. */
    static Convolution pointwise(TokenizerWeights weights, String name, int inputs, int outputs) {
        return part(weights, name, 0, inputs, outputs, outputs, 1);
    }

    /** Outputs {@code first} to {@code first + outputs − 1} of {@code stored}. */
    static Convolution part(
            TokenizerWeights weights, String name, int first, int inputs, int outputs, int stored, int side) {
        return new Convolution(
                weights,
                weights.kernel(name + ".weight", first, outputs, stored, inputs, side),
                weights.vector(name + ".bias", first, outputs, stored),
                MapShape.padded(inputs),
                outputs,
                side);
    }

    /** {@code [padded outputs, side, side, inputs]}. */
    DeviceBuffer kernelBuffer() {
        return weights.at(kernel);
    }

    /** {@code [padded outputs]}. */
    DeviceBuffer biasBuffer() {
        return weights.at(bias);
    }

    /** The shape of the result. */
    MapShape result(MapShape in, Way way) {
        MapShape sized = switch (way) {
            case SAME -> in;
            case ENLARGING -> in.withSize(in.height() * 2, in.width() * 2);
            case HALVING -> in.withSize(in.height() / 2, in.width() / 2);
        };
        return sized.withChannels(MapShape.padded(outputs));
    }

    Product product(MapShape in, Way way) {
        MapShape out = result(in, way);
        int zoom = way == Way.ENLARGING ? 1 : 0;
        return new Product(
                in.height() << zoom,
                in.width() << zoom,
                zoom,
                inputs,
                inputs,
                side,
                way == Way.HALVING ? 2 : 1,
                way == Way.HALVING ? 0 : side / 2,
                out.height(),
                out.width(),
                out.channels(),
                side * side * inputs,
                out.channels(),
                (long) in.positions() * inputs,
                0);
    }

    /**
     * Convolves a map.
     *
     * @param residual what is added, {@code null} for nothing; may be {@code out}
     */
    void run(Canvas canvas, MapShape in, Way way, DeviceBuffer map, DeviceBuffer residual, DeviceBuffer out) {
        canvas.multiply(product(in, way), map, kernelBuffer(), biasBuffer(), residual, out);
    }
}
