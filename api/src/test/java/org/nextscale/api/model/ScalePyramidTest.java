package org.nextscale.api.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;

class ScalePyramidTest {

    @Test
    void publishedPyramidsHaveThePublishedLengths() {
        assertEquals(680, ScalePyramid.PX256.totalTokens());
        assertEquals(2240, ScalePyramid.PX512.totalTokens());
        assertEquals(424, ScalePyramid.PX256.begin(9));
        assertEquals(new Scale(9, 10, 16), ScalePyramid.PX256.scale(9));
        assertEquals(1, ScalePyramid.PX256.scale(9).ratio());
        assertEquals(0, ScalePyramid.of(4).scale(0).ratio());
    }

    /** What the published models were trained with; scales 2 and 7 are ties decided by rounding. */
    @Test
    void tenScalesShareFourPhis() {
        int[] found = IntStream.range(0, 10)
                .map(k -> ScalePyramid.PX256.scale(k).phi(4))
                .toArray();
        assertArrayEquals(new int[] {0, 0, 1, 1, 1, 2, 2, 3, 3, 3}, found);
        assertEquals(0, new Scale(4, 5, 7).phi(1));
    }

    @Test
    void refusesWhatIsNoPyramid() {
        assertThrows(InvalidInputException.class, () -> new ScalePyramid(List.of()));
        assertThrows(InvalidInputException.class, () -> ScalePyramid.of(2, 1));
        assertThrows(InvalidInputException.class, () -> ScalePyramid.of(0));
        assertThrows(InvalidInputException.class, () -> ScalePyramid.of(1, 1 << 20));
    }
}
