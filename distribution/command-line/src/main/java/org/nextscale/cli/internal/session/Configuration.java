package org.nextscale.cli.internal.session;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.nextscale.api.InvalidInputException;

/**
 * Settings that hold where the command line says nothing else: the environment first, then the user's file, then the
 * installation's. The files hold lines of the form {@code key = value} and need not exist; they are read when a setting is
 * asked for.
 *
 * @param environment of the process; {@code backend} is {@code NEXTSCALE_BACKEND} there
 * @param files the first that has a setting decides
 */
public record Configuration(Map<String, String> environment, List<Path> files) {
    /** What computes, as in {@code --backend}. */
    static final String BACKEND = "backend";

    private static final Set<String> KEYS = Set.of(BACKEND);
    private static final String NAME = "nextscale.properties";

    /**
     * What a person set.
     *
     * @param source where, for messages
     */
    public record Setting(String value, String source) {}

    /** @param home of the distribution; may be {@code null} */
    static Configuration of(Map<String, String> environment, Path home) {
        List<Path> files = new ArrayList<>();
        UserFolders.configuration(environment).ifPresent(folder -> files.add(folder.resolve(NAME)));
        if (home != null) {
            files.add(home.resolve("conf").resolve(NAME));
        }
        return new Configuration(environment, files);
    }

    /**
     * The setting of a key, if it has one.
     *
     * @throws InvalidInputException if a file cannot be read, or holds a key that does not exist
     */
    Optional<Setting> find(String key) {
        String variable = "NEXTSCALE_" + key.toUpperCase(Locale.ROOT);
        String value = environment.getOrDefault(variable, "").strip();
        if (!value.isEmpty()) {
            return Optional.of(new Setting(value, variable));
        }
        for (Path file : files) {
            String inFile = read(file).getProperty(key, "").strip();
            if (!inFile.isEmpty()) {
                return Optional.of(new Setting(inFile, file.toString()));
            }
        }
        return Optional.empty();
    }

    private static Properties read(Path file) {
        Properties properties = new Properties();
        if (Files.isRegularFile(file)) {
            try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                properties.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw new InvalidInputException(file + " cannot be read: " + e.getMessage(), e);
            }
        }
        for (String key : properties.stringPropertyNames()) {
            if (!KEYS.contains(key)) {
                throw new InvalidInputException(
                        file + ": there is no setting '" + key + "'; there is " + String.join(", ", KEYS));
            }
        }
        return properties;
    }
}
