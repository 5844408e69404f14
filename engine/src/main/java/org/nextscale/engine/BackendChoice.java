package org.nextscale.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.nextscale.api.InvalidInputException;

/**
 * Which backend to use: one by id, or whichever suits the machine best; with options.
 *
 * @param id of the backend; empty for the best of those that take the options
 * @param options by name, as text
 */
public record BackendChoice(Optional<String> id, Map<String, String> options) {
    private static final String AUTO = "auto";

    /** The available backend with the highest score. */
    public static final BackendChoice BEST = new BackendChoice(Optional.empty(), Map.of());

    public BackendChoice {
        options = Map.copyOf(options);
    }

    /**
     * From words: {@code "auto"}, {@code "auto:precision=int8"}, {@code "nd4j"} or {@code "nd4j:threads=2,key=value"}.
     *
     * @throws InvalidInputException if it is not of that form
     */
    public static BackendChoice parse(String text) {
        int colon = text.indexOf(':');
        String id = colon < 0 ? text : text.substring(0, colon);
        if (id.isBlank()) {
            throw new InvalidInputException(
                    "backend '" + text + "' must be ID or ID:option=value,option=value, with auto for the best");
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
        return new BackendChoice(id.equals(AUTO) ? Optional.empty() : Optional.of(id), options);
    }

    @Override
    public String toString() {
        return id.orElse(AUTO)
                + (options.isEmpty()
                        ? ""
                        : options.entrySet().stream()
                                .sorted(Map.Entry.comparingByKey())
                                .map(e -> e.getKey() + "=" + e.getValue())
                                .collect(Collectors.joining(",", ":", "")));
    }
}
