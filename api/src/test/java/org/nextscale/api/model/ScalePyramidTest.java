package org.nextscale.api.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
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

    @Test
    void refusesWhatIsNoPyramid() {
        assertThrows(InvalidInputException.class, () -> new ScalePyramid(List.of()));
        assertThrows(InvalidInputException.class, () -> ScalePyramid.of(2, 1));
        assertThrows(InvalidInputException.class, () -> ScalePyramid.of(0));
        assertThrows(InvalidInputException.class, () -> ScalePyramid.of(1, 1 << 20));
    }
}
