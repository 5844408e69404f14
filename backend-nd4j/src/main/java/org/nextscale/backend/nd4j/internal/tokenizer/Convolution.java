package org.nextscale.backend.nd4j.internal.tokenizer;

import java.nio.FloatBuffer;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.nd4j.internal.compute.Floats;
import org.nextscale.backend.nd4j.internal.compute.NativeMemory;
import org.nextscale.backend.nd4j.internal.compute.Workers;

/**
 * A 3×3 convolution over a map whose border is already there, shared out among the workers in horizontal strips. Weights
 * are stored {@code [out, in, 3, 3]} in files and held as {@code [out, 3, 3, in]}.
 */
final class Convolution {
    static final int KERNEL = 3;
    private static final int TAPS = KERNEL * KERNEL;
    /** Output channels that are turned at a time. */
    private static final int TURN = 64;
    /** Strips a worker where rows are plenty, so that one that is held up does not hold up all. */
    private static final int STRIPS = 4;

    private static final int SHORTEST_STRIP = 8;

    private final int inputs;
    private final Floats weights;
    private final Floats bias;

    private Convolution(int inputs, Floats weights, Floats bias) {
        this.inputs = inputs;
        this.weights = weights;
        this.bias = bias;
    }

    int outputs() {
        return (int) bias.length();
    }

    static Convolution load(
            WeightSource source, String name, int inputs, int outputs, NativeMemory memory, Workers workers) {
        String weight = name + ".weight";
        source.require(weight, outputs, inputs, KERNEL, KERNEL);
        float[] biasValues = source.read(name + ".bias", outputs);
        Floats weights = memory.allocate((long) outputs * inputs * TAPS);
        Floats bias = memory.allocate(outputs);
        bias.buffer().put(biasValues);
        FloatBuffer target = weights.buffer();
        int filter = inputs * TAPS;
        workers.run((outputs + TURN - 1) / TURN, (worker, part) -> {
            int first = part * TURN;
            int count = Math.min(TURN, outputs - first);
            float[] read = worker.array(0, count * filter);
            float[] turned = worker.array(1, filter);
            source.read(weight, (long) first * filter, FloatBuffer.wrap(read, 0, count * filter));
            for (int out = 0; out < count; out++) {
                for (int in = 0; in < inputs; in++) {
                    for (int tap = 0; tap < TAPS; tap++) {
                        turned[tap * inputs + in] = read[out * filter + in * TAPS + tap];
                    }
                }
                target.put((first + out) * filter, turned, 0, filter);
            }
        });
        return new Convolution(inputs, weights, bias);
    }

    /**
     * Convolves.
     *
     * @param input {@code [stride·(height − 1) + 3, stride·(width − 1) + 3 or more, inputs]}
     * @param inputWidth width of the input with its border
     * @param height height of the output
     * @param width width of the output
     * @param output {@code [height, width, outputs]}
     */
    void run(Workers workers, Floats input, int inputWidth, int stride, int height, int width, Floats output) {
        int strips =
                Math.min(height, Math.max(workers.size(), Math.min(workers.size() * STRIPS, height / SHORTEST_STRIP)));
        workers.run(strips, (worker, strip) -> {
            int first = height * strip / strips;
            int rows = height * (strip + 1) / strips - first;
            worker.operations()
                    .convolve(
                            input,
                            (long) first * stride * inputWidth * inputs,
                            (rows - 1) * stride + KERNEL,
                            inputWidth,
                            inputs,
                            weights,
                            bias,
                            KERNEL,
                            stride,
                            output,
                            (long) first * width * outputs());
        });
    }
}
