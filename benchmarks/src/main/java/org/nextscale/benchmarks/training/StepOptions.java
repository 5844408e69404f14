package org.nextscale.benchmarks.training;

import java.util.Arrays;
import java.util.List;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.benchmarks.NamedOptions;

/** What to train, and how often; {@link #USAGE} says what each option means. */
final class StepOptions {
    static final String USAGE = """
            StepBenchmark [OPTIONS]
              --depth N           blocks (default 4)
              --width N           channels (default 256)
              --heads N           attention heads (default 4)
              --classes N         (default 10)
              --patch-nums A,B    tokens along an edge of every scale (default 1,2,3,4,6,8)
              --vocabulary N      codes (default 512)
              --latent N          channels of the feature map (default 16)
              --batch N           images a step (default 32)
              --threads N         that libtorch computes with (default: libtorch's choice)
              --rounds N          in which all take turns (default 5)
              --steps N           steps of each in a round (default 3)
              --memory-steps N    steps between two looks at resident memory; two fifths as many go before the first,
                                  in which the allocator's heap finds its size (default 500)
              --matrix N          side of the matrices whose product is the machine's peak (default 2048)""";

    private static final double SETTLING = 0.4;

    int depth = 4;
    int width = 256;
    int heads = 4;
    int classes = 10;
    List<Integer> patchNums = List.of(1, 2, 3, 4, 6, 8);
    int vocabulary = 512;
    int latent = 16;
    int batch = 32;
    int threads;
    int rounds = 5;
    int steps = 3;
    int memorySteps = 500;
    int matrix = 2048;

    static StepOptions parse(String... arguments) {
        StepOptions options = new StepOptions();
        NamedOptions.forEach(arguments, USAGE, options::set);
        return options;
    }

    private void set(String name, String value) {
        switch (name) {
            case "--depth" -> depth = NamedOptions.positive(name, value);
            case "--width" -> width = NamedOptions.positive(name, value);
            case "--heads" -> heads = NamedOptions.positive(name, value);
            case "--classes" -> classes = NamedOptions.positive(name, value);
            case "--patch-nums" ->
                patchNums = Arrays.stream(value.split(","))
                        .map(side -> NamedOptions.positive(name, side))
                        .toList();
            case "--vocabulary" -> vocabulary = NamedOptions.positive(name, value);
            case "--latent" -> latent = NamedOptions.positive(name, value);
            case "--batch" -> batch = NamedOptions.positive(name, value);
            case "--threads" -> threads = NamedOptions.positive(name, value);
            case "--rounds" -> rounds = NamedOptions.positive(name, value);
            case "--steps" -> steps = NamedOptions.positive(name, value);
            case "--memory-steps" -> memorySteps = NamedOptions.positive(name, value);
            case "--matrix" -> matrix = NamedOptions.positive(name, value);
            default -> throw new InvalidInputException("unknown option " + name + "\n" + USAGE);
        }
    }

    TransformerSpec spec() {
        return TransformerSpec.builder(depth)
                .width(width)
                .heads(heads)
                .classes(classes)
                .latentChannels(latent)
                .vocabularySize(vocabulary)
                .pyramid(new ScalePyramid(patchNums))
                .build();
    }

    /** Steps after which memory is looked at first. */
    int firstLook() {
        return Math.max(1, (int) (memorySteps * SETTLING));
    }

    /** Steps after which it is looked at again. */
    int secondLook() {
        return firstLook() + memorySteps;
    }
}
