package org.nextscale.examples.guidance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.testkit.GuidanceSuite;

/** What every guidance promises, and this one's own arithmetic. */
class IntervalGuidanceTest extends GuidanceSuite {
    /** Their ratios are 0, 0.25, 0.5, 0.75 and 1. */
    private static final ScalePyramid FIVE_SCALES = ScalePyramid.of(1, 2, 3, 4, 5);

    @Override
    protected String plugin() {
        return "interval:cfg=3,from=0.25,to=0.5";
    }

    private Guidance guidance(double cfg, double from, double to) {
        return info().plugin().create(info().values(Map.of("cfg", cfg, "from", from, "to", to)));
    }

    private static List<Boolean> uses(Guidance guidance) {
        return IntStream.range(0, FIVE_SCALES.scales())
                .mapToObj(FIVE_SCALES::scale)
                .map(guidance::usesUnconditional)
                .toList();
    }

    @Test
    void theUnconditionalHalfRunsUpToTheEndOfTheInterval() {
        assertEquals(List.of(true, true, true, false, false), uses(guidance(3, 0.25, 0.5)));
        assertEquals(List.of(true, true, true, true, true), uses(guidance(3, 0.25, 1)));
        assertEquals(List.of(false, false, false, false, false), uses(guidance(0, 0.25, 1)));
    }

    @Test
    void onlyTheIntervalIsGuided() {
        Guidance guidance = guidance(3, 0.25, 0.5);
        float[] conditional = {1, 2};
        float[] unconditional = {0, 3};
        float[] none = {};
        assertArrayEquals(conditional, guided(guidance, 0, conditional, unconditional));
        assertArrayEquals(new float[] {4, -1}, guided(guidance, 1, conditional, unconditional));
        assertArrayEquals(new float[] {4, -1}, guided(guidance, 2, conditional, unconditional));
        assertArrayEquals(conditional, guided(guidance, 3, conditional, none));
        assertArrayEquals(conditional, guided(guidance, 4, conditional, none));
    }

    private static float[] guided(Guidance guidance, int index, float[] conditional, float[] unconditional) {
        Scale scale = FIVE_SCALES.scale(index);
        float[] guided = new float[conditional.length];
        guidance.combine(scale, conditional, unconditional, guided);
        return guided;
    }

    @Test
    void anIntervalThatEndsBeforeItBeginsIsRefused() {
        String message = assertThrows(InvalidInputException.class, () -> guidance(3, 0.8, 0.3))
                .getMessage();
        assertTrue(message.contains("from is 0.8"), message);
    }
}
