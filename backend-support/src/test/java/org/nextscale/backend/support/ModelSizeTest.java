package org.nextscale.backend.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;

/** What the tensors have together is what formulas say, part by part. */
class ModelSizeTest {
    private static final long BLOCK_VECTORS = 6;
    private static final long HEAD_VECTORS = 2;

    static Stream<ModelSpec> models() {
        TokenizerSpec published = TokenizerSpec.builder().build();
        TokenizerSpec small = TokenizerSpec.builder()
                .channels(32)
                .channelMultipliers(List.of(1, 2, 2))
                .residualBlocks(3)
                .latentChannels(8)
                .vocabularySize(48)
                .phiCount(0)
                .build();
        TransformerSpec plain = TransformerSpec.builder(2)
                .width(96)
                .heads(3)
                .feedForward(200)
                .classes(10)
                .l2NormAttention(false)
                .tokens(small)
                .pyramid(ScalePyramid.of(1, 2, 3, 5, 7))
                .build();
        return Stream.of(
                ModelSpec.of(published, TransformerSpec.builder(16).build()),
                ModelSpec.of(published, TransformerSpec.builder(30).build()),
                ModelSpec.of(
                        published,
                        TransformerSpec.builder(36)
                                .sharedAdaLn(true)
                                .pyramid(ScalePyramid.PX512)
                                .build()),
                ModelSpec.of(small, plain),
                ModelSpec.of(
                        small.toBuilder().phiCount(1).build(),
                        plain.toBuilder().sharedAdaLn(true).build()));
    }

    @ParameterizedTest
    @MethodSource("models")
    void isThatOfTheFormulas(ModelSpec spec) {
        ModelSize size = ModelSize.of(spec);
        assertEquals(embeddings(spec), size.embeddings());
        assertEquals(conditions(spec.transformer()), size.conditions());
        assertEquals(spec.transformer().depth() * block(spec.transformer()), size.blocks());
        assertEquals(
                linear(spec.transformer().vocabularySize(), spec.transformer().width()), size.head());
        assertEquals(encoder(spec.tokenizer()), size.encoder());
        assertEquals(decoder(spec.tokenizer()), size.decoder());
        assertEquals(quantizer(spec), size.quantizer());
        assertEquals(size.transformer() + size.tokenizer(), size.weights());
    }

    @Test
    void isWhatTheAuthorsSay() {
        ModelSize size = ModelSize.of(models().findFirst().orElseThrow());
        assertEquals(310, Math.round(size.transformer() / 1e6), "million parameters of var_d16");
        assertEquals(109, Math.round(size.tokenizer() / 1e6));
        assertEquals(160 * 256 * 256, size.largestMap());
        assertEquals(2 * 16 * 1024, size.cacheOfToken());
    }

    private static long embeddings(ModelSpec spec) {
        ScalePyramid pyramid = spec.pyramid();
        long width = spec.transformer().width();
        long rows =
                pyramid.tokens(0) + pyramid.totalTokens() + spec.transformer().classes() + 1L + pyramid.scales();
        return rows * width + linear(width, spec.transformer().latentChannels());
    }

    private static long conditions(TransformerSpec spec) {
        long width = spec.width();
        long vectors = linear(BLOCK_VECTORS * width, width);
        long blocks = spec.sharedAdaLn() ? vectors + spec.depth() * BLOCK_VECTORS * width : spec.depth() * vectors;
        return blocks + linear(HEAD_VECTORS * width, width);
    }

    private static long block(TransformerSpec spec) {
        long width = spec.width();
        long biasesOfQueriesAndValues = 2 * width;
        return 3 * width * width
                + biasesOfQueriesAndValues
                + (spec.l2NormAttention() ? spec.heads() : 0)
                + linear(width, width)
                + linear(spec.feedForward(), width)
                + linear(width, spec.feedForward());
    }

    private static long encoder(TokenizerSpec spec) {
        long in = spec.channels();
        long sum = convolution(in, 3, 3);
        for (int level = 0; level < spec.levels(); level++) {
            long out = spec.channels(level);
            boolean lowest = level == spec.levels() - 1;
            sum += level(in, out, spec.residualBlocks(), lowest);
            sum += lowest ? 0 : convolution(out, out, 3);
            in = out;
        }
        return sum + middle(in) + norm(in) + convolution(spec.latentChannels(), in, 3);
    }

    private static long decoder(TokenizerSpec spec) {
        long in = spec.channels(spec.levels() - 1);
        long sum = convolution(in, spec.latentChannels(), 3) + middle(in);
        for (int level = spec.levels() - 1; level >= 0; level--) {
            long out = spec.channels(level);
            sum += level(in, out, spec.residualBlocks() + 1L, level == spec.levels() - 1);
            sum += level > 0 ? convolution(out, out, 3) : 0;
            in = out;
        }
        return sum + norm(in) + convolution(3, in, 3);
    }

    /** Residual blocks of one resolution; the lowest has attention after each. */
    private static long level(long in, long out, long blocks, boolean lowest) {
        return residual(out, in) + (blocks - 1) * residual(out, out) + (lowest ? blocks * attention(out) : 0);
    }

    private static long quantizer(ModelSpec spec) {
        TokenizerSpec tokenizer = spec.tokenizer();
        long z = tokenizer.latentChannels();
        long phis = tokenizer.phiCount() == 0 ? spec.pyramid().scales() : tokenizer.phiCount();
        long convolutionsAround = 2;
        return (convolutionsAround + phis) * convolution(z, z, 3) + tokenizer.vocabularySize() * z;
    }

    private static long middle(long channels) {
        return 2 * residual(channels, channels) + attention(channels);
    }

    private static long residual(long out, long in) {
        return norm(in)
                + convolution(out, in, 3)
                + norm(out)
                + convolution(out, out, 3)
                + (out == in ? 0 : convolution(out, in, 1));
    }

    private static long attention(long channels) {
        return norm(channels) + convolution(3 * channels, channels, 1) + convolution(channels, channels, 1);
    }

    private static long convolution(long out, long in, long kernel) {
        return linear(out, in * kernel * kernel);
    }

    private static long linear(long out, long in) {
        return out * in + out;
    }

    private static long norm(long channels) {
        return 2 * channels;
    }
}
