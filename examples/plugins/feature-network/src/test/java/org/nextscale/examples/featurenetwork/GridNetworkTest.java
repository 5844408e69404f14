package org.nextscale.examples.featurenetwork;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.api.InvalidInputException;
import org.nextscale.testkit.FeatureNetworkSuite;

/** What every feature network promises, and this one's own arithmetic. */
class GridNetworkTest extends FeatureNetworkSuite {
    @Override
    protected String plugin() {
        return "grid";
    }

    @Override
    protected Path network(Path empty) throws IOException {
        return Files.writeString(empty.resolve("four.grid"), "# four by four\ncells=4\n");
    }

    private static float[] features(int cells, float[] image, int height, int width) {
        return new GridNetwork(cells)
                .run(image, 1, height, width, Set.of("features"))
                .get("features");
    }

    @Test
    void aFeatureIsTheMeanOfAColourInACell() {
        float[] image = new float[3 * 2 * 4];
        for (int i = 0; i < image.length; i++) {
            image[i] = i;
        }
        float[] wanted = {0.5f, 2.5f, 4.5f, 6.5f, 8.5f, 10.5f, 12.5f, 14.5f, 16.5f, 18.5f, 20.5f, 22.5f};
        assertArrayEquals(wanted, features(2, image, 2, 4));
        assertArrayEquals(new float[] {3.5f, 11.5f, 19.5f}, features(1, image, 2, 4));
    }

    @Test
    void anImageMayBeSmallerThanItsGrid() {
        float[] wanted = new float[27];
        Arrays.fill(wanted, 0.5f);
        assertArrayEquals(wanted, features(3, new float[] {0.5f, 0.5f, 0.5f}, 1, 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "cells=", "cells=0", "cells=65", "cells=-4", "cells=4.5", "cells=99999999999", "\\uZZZZ"})
    void aGridOfNoOrTooManyCellsIsRefused(String text, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("bad.grid"), text);
        String message = assertThrows(
                        InvalidInputException.class, () -> info().plugin().open(file))
                .getMessage();
        assertTrue(message.contains("bad.grid"), message);
        assertEquals(1, message.lines().count(), message);
    }

    @Test
    void aLargeFileIsNotRead(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("large.grid"), "cells=4\n".repeat(10_000));
        assertThrows(InvalidInputException.class, () -> info().plugin().open(file));
    }
}
