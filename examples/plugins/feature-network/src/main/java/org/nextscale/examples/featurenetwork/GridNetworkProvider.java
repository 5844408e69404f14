package org.nextscale.examples.featurenetwork;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.evaluation.FeatureNetwork;
import org.nextscale.api.evaluation.FeatureNetworkProvider;
import org.osgi.service.component.annotations.Component;

/**
 * Opens files that end with {@code .grid}, as its id says: {@code nextscale evaluate … --network four.grid}. Such a file is a
 * text of one line, {@code cells=4}, and stands for what a real network's weights would be.
 */
@Component
public final class GridNetworkProvider implements FeatureNetworkProvider {
    private static final int MOST_CELLS = 64;
    private static final int LARGEST_FILE = 4096;

    @Override
    public String id() {
        return "grid";
    }

    @Override
    public String description() {
        return "mean colours of a grid of cells (a text that says cells=4)";
    }

    @Override
    public FeatureNetwork open(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new InvalidInputException(file + " does not exist or is not a file");
        }
        Properties properties = new Properties();
        try (Reader text = Files.newBufferedReader(file)) {
            if (Files.size(file) > LARGEST_FILE) {
                throw new InvalidInputException(file + " is too large to be a grid");
            }
            properties.load(text);
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidInputException(file + " cannot be read as a grid", e);
        }
        return new GridNetwork(cells(file, properties.getProperty("cells", "").strip()));
    }

    private static int cells(Path file, String text) {
        if (text.matches("[1-9][0-9]?") && Integer.parseInt(text) <= MOST_CELLS) {
            return Integer.parseInt(text);
        }
        throw new InvalidInputException(file + " is no grid: it must say cells=N, with N in 1.." + MOST_CELLS);
    }
}
