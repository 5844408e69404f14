package org.nextscale.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.RgbImage;

class ImageGridTest {

    @Test
    void imagesLieInRowsWithAWhiteGap() {
        RgbImage dark = new RgbImage(1, 1, new byte[] {1, 2, 3});
        RgbImage grid = ImageGrid.compose(List.of(dark, dark, dark), 2);
        assertEquals(4, grid.width());
        assertEquals(4, grid.height());
        assertEquals(1, grid.rgb()[0]);
        assertEquals(-1, grid.rgb()[3]);
        assertEquals(1, grid.rgb()[3 * 3]);
        assertEquals(3, grid.rgb()[3 * 4 * 3 + 2]);
        assertEquals(-1, grid.rgb()[(3 * 4 + 3) * 3]);
    }

    @Test
    void oneImageIsItsOwnGrid() {
        RgbImage image = Images.noise(5, 3, 0);
        assertArrayEquals(image.rgb(), ImageGrid.compose(List.of(image), 8).rgb());
    }

    @Test
    void columnsMakeARectangleWithFewEmptyPlaces() {
        assertEquals(1, ImageGrid.columns(1));
        assertEquals(2, ImageGrid.columns(4));
        assertEquals(5, ImageGrid.columns(5));
        assertEquals(3, ImageGrid.columns(6));
        assertEquals(4, ImageGrid.columns(8));
        assertEquals(5, ImageGrid.columns(10));
        assertEquals(4, ImageGrid.columns(16));
        assertEquals(10, ImageGrid.columns(100));
    }

    @Test
    void aGridThatNoArrayHoldsIsRefused() {
        RgbImage large = new RgbImage(4096, 4096, new byte[3 << 24]);
        assertThrows(InvalidInputException.class, () -> ImageGrid.compose(Collections.nCopies(100, large), 10));
    }

    @Test
    void enlargingRepeatsPixels() {
        RgbImage large = new RgbImage(2, 1, new byte[] {1, 2, 3, 4, 5, 6}).enlarged(2);
        assertEquals(4, large.width());
        assertArrayEquals(
                new byte[] {1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6, 1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6}, large.rgb());
    }
}
