package org.nextscale.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;

class FlopCountTest {

    /**
     * One 256 px image of var_d16 with guidance: the transformer is known to take about 0.60 TFLOP. The decoder's number is
     * the sum over the published checkpoint's convolutions, 2 · weights · cells of the level each works on, plus four
     * attentions over 16² cells of 640 channels.
     */
    @Test
    void knownWorkOfThePublishedModels() {
        TransformerSpec d16 = TransformerSpec.builder(16)
                .width(1024)
                .heads(16)
                .classes(1000)
                .latentChannels(32)
                .vocabularySize(4096)
                .pyramid(ScalePyramid.PX256)
                .build();
        assertEquals(0.60e12, FlopCount.transformer(d16, 2), 0.01e12);
        TokenizerSpec tokenizer = TokenizerSpec.builder()
                .channels(160)
                .channelMultipliers(List.of(1, 1, 2, 2, 4))
                .residualBlocks(2)
                .latentChannels(32)
                .vocabularySize(4096)
                .phiCount(4)
                .build();
        assertEquals(393_713_549_312L, FlopCount.decoder(tokenizer, 16, 1));
    }
}
