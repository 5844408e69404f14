package org.nextscale.cli.internal.option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.generation.Choice;
import org.nextscale.cli.internal.option.SamplingOptions.Sampling;
import org.nextscale.cli.internal.output.OutputTarget;
import org.nextscale.engine.image.ProvenanceText;

/**
 * How an image was made, read from its file: what {@code generate --like} starts from.
 *
 * @param file it was read from, for messages
 * @param entries the provenance; for a file of several images {@code image} and {@code class} are lists joined by commas
 */
public record Recipe(Path file, Map<String, String> entries) {

    public static Recipe read(Path file) {
        Map<String, String> entries = ProvenanceText.read(file)
                .orElseThrow(() -> new InvalidInputException(
                        file + " does not say how it was made: it was not written by nextscale, or has been edited"));
        if (entries.keySet().stream().anyMatch(key -> key.startsWith("edit-"))) {
            throw new InvalidInputException(
                    file + " was made by nextscale edit from another image, which is not in it: "
                            + "repeat that command with the values that nextscale metadata prints");
        }
        return new Recipe(file, entries);
    }

    public String model() {
        return entry("model");
    }

    public String fingerprint() {
        return entry("model-fingerprint");
    }

    public String backend() {
        return entry("backend");
    }

    public long seed() {
        return number("seed", entry("seed"));
    }

    /** Number of the first image under the seed. */
    public long firstImage() {
        List<Long> images = numbers("image");
        for (int i = 1; i < images.size(); i++) {
            if (images.get(i) != images.get(0) + i) {
                throw new InvalidInputException(file + " holds images that were not made in one go");
            }
        }
        return images.get(0);
    }

    public List<Integer> labels() {
        return numbers("class").stream().map(Math::toIntExact).toList();
    }

    public Sampling sampling() {
        return new Sampling(choice("sampler"), choice("guidance"));
    }

    /** How many times its pixels were enlarged. */
    public int zoom() {
        return Math.toIntExact(number(OutputTarget.ZOOM, entries.getOrDefault(OutputTarget.ZOOM, "1")));
    }

    /** Columns of the grid that it is; empty if it is none. */
    public OptionalInt grid() {
        String columns = entries.get(OutputTarget.GRID);
        return columns == null
                ? OptionalInt.empty()
                : OptionalInt.of(Math.toIntExact(number(OutputTarget.GRID, columns)));
    }

    /** Whether it shows the series over the scales. */
    public boolean scales() {
        return entries.containsKey(OutputTarget.SCALES);
    }

    private Choice choice(String kind) {
        Map<String, Object> values = new LinkedHashMap<>();
        String prefix = kind + ".";
        entries.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                values.put(key.substring(prefix.length()), value);
            }
        });
        return new Choice(entry(kind), values);
    }

    private List<Long> numbers(String key) {
        List<Long> numbers = new ArrayList<>();
        for (String number : entry(key).split(",")) {
            numbers.add(number(key, number));
        }
        return numbers;
    }

    private long number(String key, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new InvalidInputException(file + " has a damaged recipe: " + key + " is '" + text + "'", e);
        }
    }

    private String entry(String key) {
        return Optional.ofNullable(entries.get(key))
                .orElseThrow(
                        () -> new InvalidInputException(file + " has an incomplete recipe: " + key + " is missing"));
    }
}
