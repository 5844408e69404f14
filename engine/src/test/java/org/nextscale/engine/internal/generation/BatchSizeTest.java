package org.nextscale.engine.internal.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;

class BatchSizeTest {
    private static final long MEGABYTE = 1 << 20;

    /** As large as the model in the box. */
    private static final ModelSpec SMALL = spec(32, 512, 256, 4, List.of(1, 2, 3, 4, 6, 8));

    /** As large as the published d30 of 512 pixels. */
    private static final ModelSpec LARGE = spec(160, 4096, 1920, 30, List.of(1, 2, 3, 4, 6, 9, 13, 18, 24, 32));

    private static ModelSpec spec(int channels, int vocabulary, int width, int depth, List<Integer> patchNums) {
        TokenizerSpec tokenizer = TokenizerSpec.builder()
                .channels(channels)
                .channelMultipliers(List.of(1, 2, 2))
                .residualBlocks(2)
                .latentChannels(16)
                .vocabularySize(vocabulary)
                .phiCount(4)
                .build();
        TransformerSpec transformer = TransformerSpec.builder(depth)
                .width(width)
                .heads(width / 64)
                .feedForward(4 * width)
                .classes(10)
                .latentChannels(16)
                .vocabularySize(vocabulary)
                .pyramid(new ScalePyramid(patchNums))
                .build();
        return ModelSpec.of(tokenizer, transformer);
    }

    @Test
    void aMachineWithRoomTakesWhatTheModelAllows() {
        assertEquals(16, BatchSize.suggest(SMALL, OptionalLong.empty()));
        assertEquals(16, BatchSize.suggest(SMALL, OptionalLong.of(16L << 30)));
        int large = BatchSize.suggest(LARGE, OptionalLong.empty());
        assertEquals(large, BatchSize.suggest(LARGE, OptionalLong.of(64L << 30)), "a gigabyte at most");
    }

    @Test
    void littleMemoryTakesFewAndNeverNone() {
        assertEquals(1, BatchSize.suggest(SMALL, OptionalLong.of(0)));
        assertEquals(1, BatchSize.suggest(SMALL, OptionalLong.of(8 * MEGABYTE)));
        int some = BatchSize.suggest(SMALL, OptionalLong.of(75 * MEGABYTE));
        assertTrue(some >= 2 && some <= 12, "of what is left in a container of 225 MB: " + some);
        assertEquals(1, BatchSize.suggest(LARGE, OptionalLong.of(900 * MEGABYTE)));
    }
}
