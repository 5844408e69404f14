package org.nextscale.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;

class WorkTest {

    /**
     * One 256 px image of var_d16 with guidance: the transformer is known to take about 0.60 TFLOP. The decoder's number is
     * the sum over the published checkpoint's convolutions, 2 · weights · cells of the level each works on, plus four
     * attentions over 16² cells of 640 channels.
     */
    @Test
    void knownWorkOfThePublishedModels() {
        TransformerSpec d16 = new TransformerSpec(16, 1024, 16, 4096, 1000, false, true, 32, 4096, ScalePyramid.PX256);
        assertEquals(0.60e12, Work.transformer(d16, 2), 0.01e12);
        TokenizerSpec tokenizer = new TokenizerSpec(160, List.of(1, 1, 2, 2, 4), 2, 32, 4096, 4, false);
        assertEquals(393_713_549_312L, Work.decoder(tokenizer, 16, 1));
    }
}
