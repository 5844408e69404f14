package org.nextscale.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.nextscale.api.InvalidInputException;

/**
 * Which backend to use: one by id with options, or whichever suits the machine best.
 *
 * @param id of the backend; empty for the best
 * @param options by name, as text; only with an id
 */
public record BackendChoice(Optional<String> id, Map<String, String> options) {
    /** The available backend with the highest score. */
    public static final BackendChoice BEST = new BackendChoice(Optional.empty(), Map.of());

    public BackendChoice {
        options = Map.copyOf(options);
    }

    /**
     * From words: {@code "auto"}, {@code "nd4j"} or {@code "nd4j:threads=2,key=value"}.
     *
     * @throws InvalidInputException if it is not of that form
     */
    public static BackendChoice parse(String text) {
        if (text.equals("auto")) {
            return BEST;
        }
        int colon = text.indexOf(':');
        String id = colon < 0 ? text : text.substring(0, colon);
        if (id.isBlank()) {
            throw new InvalidInputException("backend '" + text + "' must be auto, ID or ID:option=value,option=value");
        }
        Map<String, String> options = new LinkedHashMap<>();
        if (colon >= 0) {
            for (String option : text.substring(colon + 1).split(",", -1)) {
                int equals = option.indexOf('=');
                if (equals <= 0) {
                    throw new InvalidInputException(
                            "backend option '" + option + "' in '" + text + "' must be of the form name=value");
                }
                options.put(option.substring(0, equals), option.substring(equals + 1));
            }
        }
        return new BackendChoice(Optional.of(id), options);
    }

    @Override
    public String toString() {
        return id.orElse("auto")
                + (options.isEmpty()
                        ? ""
                        : options.entrySet().stream()
                                .sorted(Map.Entry.comparingByKey())
                                .map(e -> e.getKey() + "=" + e.getValue())
                                .collect(Collectors.joining(",", ":", "")));
    }
}
