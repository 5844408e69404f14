package org.nextscale.training.internal.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ProgressiveTest {
    @Test
    void allScalesTakePartUnlessAskedOtherwise() {
        Progressive none = new Progressive(0, 4, 10, 5, 100, 3);

        assertEquals(new Progressive.Stage(10, 1), none.at(0));
    }

    @Test
    void scalesJoinOneByOneAndTheNewestCountsLittleAtFirst() {
        Progressive half = new Progressive(0.5, 2, 4, 10, 100, 5);

        assertEquals(new Progressive.Stage(2, 1), half.at(0));
        assertEquals(new Progressive.Stage(2, 1), half.at(19));
        long joined = 10;
        while (half.at(joined).scales() == 2) {
            joined++;
        }
        assertEquals(21, joined, "a quarter of the way from step 10 to 50 rounds to one scale more");
        assertEquals(new Progressive.Stage(3, 0.2), half.at(joined));
        assertEquals(new Progressive.Stage(3, 1), half.at(joined + 4));
        assertEquals(new Progressive.Stage(4, 1), half.at(50));
    }
}
