package org.nextscale.training.internal.loop;

import java.util.List;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;

/**
 * Settings that all trainers have.
 *
 * @param batch images a step
 * @param steps of the run; 0 if it is given in epochs
 * @param epochs times that every image is seen
 * @param seed of everything random
 * @param device that libtorch computes on: auto, cpu, cuda or cuda:N
 * @param threads of libtorch; 0 leaves it to libtorch
 * @param checkpointEvery steps between two checkpoints
 * @param sampleEvery steps between two looks at how far it is
 */
public record RunSettings(
        int batch,
        long steps,
        double epochs,
        long seed,
        String device,
        int threads,
        long checkpointEvery,
        long sampleEvery) {

    /** @param epochs by default */
    public static List<Parameter> parameters(double epochs) {
        return List.of(
                Parameter.integer("batch", 64, 1, 1 << 16, "images a step"),
                Parameter.number("epochs", epochs, 0, 1e6, "times that every image is seen"),
                Parameter.integer("steps", 0, 0, Long.MAX_VALUE, "steps of the run instead of epochs; 0 for epochs"),
                Parameter.integer("seed", 1, 0, Long.MAX_VALUE, "of everything random: the same seed, the same model"),
                Parameter.text("device", "auto", "that libtorch computes on: auto, cpu, cuda or cuda:N"),
                Parameter.integer("threads", 0, 0, 1024, "that libtorch computes with; 0 for one a core"),
                Parameter.integer("checkpoint-every", 500, 1, Long.MAX_VALUE, "steps between two checkpoints"),
                Parameter.integer("sample-every", 500, 1, Long.MAX_VALUE, "steps between two grids of samples"));
    }

    public static RunSettings of(ParameterValues values) {
        return new RunSettings(
                (int) values.integer("batch"),
                values.integer("steps"),
                values.number("epochs"),
                values.integer("seed"),
                values.text("device").strip(),
                (int) values.integer("threads"),
                values.integer("checkpoint-every"),
                values.integer("sample-every"));
    }

    /** Steps of the whole run, at least 1. */
    public long steps(long stepsPerEpoch) {
        return steps > 0 ? steps : Math.max(1, Math.round(epochs * stepsPerEpoch));
    }
}
