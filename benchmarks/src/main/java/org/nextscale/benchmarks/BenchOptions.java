package org.nextscale.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nextscale.benchmarks.libtorch.LibtorchSettings;

/** What to measure, and how often; {@link #USAGE} says what each option means. */
final class BenchOptions {
    static final String USAGE = """
            bench [OPTIONS]
              --backends A,B     choices to measure, separated by spaces (default "onnx onnx:precision=int8 nd4j")
              --model FOLDER     a model package (default a var_d16 with random weights, made on first use)
              --boxed FOLDER     the boxed model, for its warm and cold times
              --distribution DIR an installation to start cold
              --rounds N         measured images of each contestant, taking turns (default 5)
              --warm-up N        images before those (default 2)
              --batches A,B      images a second at these batch sizes (default 1,2,4,8; empty for none)
              --threads N        of the matrix product that is the machine's peak (default: processors)
              --libtorch S       the peer's best settings, instead of searching: threads=1,coretype=SkylakeX,fused
              --no-libtorch      leave the peer out
              --out FOLDER       where bench.txt, bench.json and bench.png go (default: target)
              --json             print the JSON instead of the tables""";

    List<String> backends = List.of("onnx", "onnx:precision=int8", "nd4j");
    Path model;
    Path boxed;
    Path distribution;
    int rounds = 5;
    int warmUp = 2;
    List<Integer> batches = List.of(1, 2, 4, 8);
    int threads = Runtime.getRuntime().availableProcessors();
    LibtorchSettings libtorch;
    boolean peer = true;
    Path out = Path.of(System.getProperty("nextscale.classpaths", "target/classpaths"))
            .resolveSibling("bench");
    boolean json;

    static BenchOptions parse(String[] arguments) {
        BenchOptions options = new BenchOptions();
        List<String> left = new ArrayList<>(Arrays.asList(arguments));
        while (!left.isEmpty()) {
            options.set(left.remove(0), left);
        }
        return options;
    }

    private void set(String name, List<String> left) {
        switch (name) {
            case "--backends" -> backends = List.of(value(name, left).trim().split("\\s+"));
            case "--model" -> model = Path.of(value(name, left));
            case "--boxed" -> boxed = Path.of(value(name, left));
            case "--distribution" -> distribution = Path.of(value(name, left));
            case "--rounds" -> rounds = number(name, left);
            case "--warm-up" -> warmUp = number(name, left);
            case "--batches" -> batches = numbers(value(name, left));
            case "--threads" -> threads = number(name, left);
            case "--libtorch" -> libtorch = LibtorchSettings.parse(value(name, left));
            case "--no-libtorch" -> peer = false;
            case "--out" -> out = Path.of(value(name, left));
            case "--json" -> json = true;
            default -> throw new BenchException("unknown option " + name + "\n" + USAGE, null);
        }
    }

    private static String value(String name, List<String> left) {
        if (left.isEmpty()) {
            throw new BenchException(name + " needs a value\n" + USAGE, null);
        }
        return left.remove(0);
    }

    private static int number(String name, List<String> left) {
        String text = value(name, left);
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new BenchException(name + " " + text + " is not a number", e);
        }
    }

    private static List<Integer> numbers(String text) {
        return text.isBlank()
                ? List.of()
                : Arrays.stream(text.split(",")).map(Integer::valueOf).toList();
    }
}
