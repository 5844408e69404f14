package org.nextscale.api.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;

class ParameterTest {
    private static final List<Parameter> DECLARED = List.of(
            Parameter.integer("top-k", 900, 0, 4096, "keeps k"),
            Parameter.number("top-p", 0.95, 0, 1, "keeps p"),
            Parameter.flag("sharp", false, "sharper"),
            Parameter.choice("mode", "fast", List.of("fast", "good"), "how"));

    @Test
    void defaultsFillWhatIsNotGiven() {
        ParameterValues values = ParameterValues.of("sampler x", DECLARED, Map.of("top-p", "0.5", "sharp", true));
        assertEquals(900, values.integer("top-k"));
        assertEquals(0.5, values.number("top-p"));
        assertTrue(values.flag("sharp"));
        assertEquals("fast", values.choice("mode"));
        assertEquals("top-k=900,top-p=0.5,sharp=true,mode=fast", values.toString());
    }

    @Test
    void sayWhatWasWrongAndWhatIsAllowed() {
        assertRefused("sampler x: top-k is '-1', must be a whole number in 0..4096", "top-k", -1);
        assertRefused("sampler x: top-k is '1.5', must be a whole number in 0..4096", "top-k", 1.5);
        assertRefused("sampler x: top-p is 'NaN', must be a number in 0..1", "top-p", Double.NaN);
        assertRefused("sampler x: sharp is 'yes', must be true or false", "sharp", "yes");
        assertRefused("sampler x: mode is 'slow', must be one of fast, good", "mode", "slow");
        assertRefused("sampler x has no parameter tpo-k; it has top-k, top-p, sharp, mode", "tpo-k", 1);
    }

    private static void assertRefused(String message, String name, Object value) {
        Map<String, Object> given = Map.of(name, value);
        InvalidInputException refused =
                assertThrows(InvalidInputException.class, () -> ParameterValues.of("sampler x", DECLARED, given));
        assertEquals(message, refused.getMessage());
    }

    @Test
    void aDefaultOutOfItsOwnRangeIsAMistakeOfTheDeclarer() {
        assertThrows(InvalidInputException.class, () -> Parameter.integer("k", 5, 0, 4, ""));
        assertThrows(IllegalArgumentException.class, () -> Parameter.flag("Top K", false, ""));
    }
}
