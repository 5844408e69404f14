package org.nextscale.examples.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.MultiScaleTokens;
import org.nextscale.testkit.TokenizerSuite;
import org.nextscale.testkit.fake.FakeTokenizerNetwork;

/** What every tokenizer promises, and this one's own arithmetic. */
class NearestTokenizerTest extends TokenizerSuite {
    /** Two numbers far from each other, and their halves. */
    private static final float[] CODES = {0, 8, -8, 4, -4};

    @Override
    protected String plugin() {
        return "nearest-vq";
    }

    private static NearestTokenizer tokenizer() {
        TokenizerSpec spec = TokenizerSpec.builder()
                .latentChannels(1)
                .vocabularySize(CODES.length)
                .build();
        return new NearestTokenizer(new FakeTokenizerNetwork(spec), new Codebook(CODES, 1, false));
    }

    private static FeatureMap map(float... values) {
        return new FeatureMap(1, 1, 2, 2, values);
    }

    /** The mean is 8; the rest is 4, −4, 0 and 0. */
    @Test
    void everyScaleQuantizesWhatTheCoarserOnesLeftOver() {
        MultiScaleTokens tokens = tokenizer().quantize(map(12, 4, 8, 8), ScalePyramid.of(1, 2));
        assertArrayEquals(new int[] {1}, tokens.scales().get(0));
        assertArrayEquals(new int[] {3, 4, 0, 0}, tokens.scales().get(1));
        assertArrayEquals(
                new float[] {12, 4, 8, 8}, tokenizer().accumulate(tokens, 1).values());
    }

    @Test
    void coarseCodesAreRepeated() {
        MultiScaleTokens tokens =
                new MultiScaleTokens(ScalePyramid.of(2, 4), 1, List.of(new int[] {1, 2, 3, 4}, new int[16]));
        float[] wanted = {
            8, 8, -8, -8,
            8, 8, -8, -8,
            4, 4, -4, -4,
            4, 4, -4, -4
        };
        assertArrayEquals(wanted, tokenizer().accumulate(tokens, 0).values());
    }

    /** Three cells into two: the middle one belongs to both. */
    @Test
    void areasMayOverlap() {
        float[] reduced = new Maps(1, 3, new float[] {1, 2, 3, 1, 2, 3, 1, 2, 3}).reduced(2);
        assertArrayEquals(new float[] {1.5f, 2.5f, 1.5f, 2.5f}, reduced);
    }

    @Test
    void normalizedCodesAreComparedByDirectionAlone() {
        float[] codes = {10, 0, 1, 1};
        float[] vector = {1, 0.1f};
        assertEquals(1, new Codebook(codes, 2, false).nearest(vector)[0]);
        assertEquals(0, new Codebook(codes, 2, true).nearest(vector)[0]);
    }
}
