package org.nextscale.benchmarks.quality;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;

class FashionMnistTest {
    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        IdxFiles.write(folder, 12, 3);
    }

    @Test
    void imagesStandInTheMiddleOfBlack() {
        GreyImages images = FashionMnist.read(folder, "train");
        assertEquals(12, images.count());
        assertArrayEquals(new int[] {0, 1, 2}, Arrays.copyOf(images.labels(), 3));
        byte[] wanted = new byte[GreyImages.PIXELS];
        for (int y = 8; y < 10; y++) { // class 1: rows 6 and 7, two further down and to the right
            Arrays.fill(wanted, y * GreyImages.SIDE + 2, y * GreyImages.SIDE + 30, (byte) 201);
        }
        assertArrayEquals(wanted, Arrays.copyOfRange(images.levels(), GreyImages.PIXELS, 2 * GreyImages.PIXELS));
    }

    @Test
    void whatIsMissingIsNamedWithItsPackage() {
        String message = assertThrows(
                        InvalidInputException.class, () -> FashionMnist.read(folder.resolve("nowhere"), "train"))
                .getMessage();
        assertTrue(message.contains("nowhere") && message.contains("dataset-fashion-mnist"), message);
    }

    @Test
    void filesThatAreNotWholeAreRefused() throws IOException {
        Path images = folder.resolve("train-images-idx3-ubyte.gz");
        Files.write(images, IdxFiles.idx(new byte[784], 2, 28, 28));
        assertRefused("ends after 1 of 2 items");
        Files.write(images, IdxFiles.idx(new byte[784], 1, 28, 28));
        assertRefused("1 images but 12 labels");
        Files.write(images, IdxFiles.idx(new byte[100], 1, 10, 10));
        assertRefused("not an IDX file of 784 bytes");
        Files.write(images, new byte[] {1, 2, 3});
        assertRefused("not a gzipped IDX file");
    }

    private void assertRefused(String why) {
        String message = assertThrows(InvalidInputException.class, () -> FashionMnist.read(folder, "train"))
                .getMessage();
        assertTrue(message.contains(why), message);
    }
}
