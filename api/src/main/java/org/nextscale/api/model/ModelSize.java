package org.nextscale.api.model;

/**
 * How many numbers a model consists of, part by part, and how many an image adds while it is made: what backends estimate
 * their need of memory from, before anything is loaded. All counts are elements, not bytes. Immutable.
 *
 * @param embeddings of tokens, classes, positions and levels
 * @param conditions AdaLN's linear layers, those of the head too
 * @param blocks attention and MLP of all blocks
 * @param head from the residual stream to logits
 * @param encoder of the tokenizer
 * @param decoder of the tokenizer
 * @param quantiser codebook, Phi and the convolutions around them
 * @param cacheOfToken keys and values of one token of one sequence in all blocks
 * @param largestMap the decoder's largest feature map of one image
 */
public record ModelSize(
        long embeddings,
        long conditions,
        long blocks,
        long head,
        long encoder,
        long decoder,
        long quantiser,
        long cacheOfToken,
        long largestMap) {

    /** Vectors of AdaLN in a block, and in the head. */
    private static final int BLOCK_VECTORS = 6;

    private static final int HEAD_VECTORS = 2;

    /** The transformer's weights. */
    public long transformer() {
        return embeddings + conditions + blocks + head;
    }

    /** The tokenizer's weights. */
    public long tokenizer() {
        return encoder + decoder + quantiser;
    }

    /** All weights: the number of parameters. */
    public long weights() {
        return transformer() + tokenizer();
    }

    public static ModelSize of(ModelSpec spec) {
        TransformerSpec transformer = spec.transformer();
        TokenizerSpec tokenizer = spec.tokenizer();
        long width = transformer.width();
        ScalePyramid pyramid = spec.pyramid();
        long embeddings =
                (pyramid.tokens(0) + pyramid.totalTokens() + transformer.classes() + 1L + pyramid.scales()) * width
                        + linear(width, transformer.latentChannels());
        long depth = transformer.depth();
        return new ModelSize(
                embeddings,
                conditions(transformer),
                depth * block(transformer),
                linear(transformer.vocabularySize(), width),
                encoder(tokenizer),
                decoder(tokenizer),
                quantiser(tokenizer, pyramid),
                2 * depth * width,
                largestMap(spec));
    }

    /** At full resolution, where the finest level begins with the channels of the one before. */
    private static long largestMap(ModelSpec spec) {
        TokenizerSpec tokenizer = spec.tokenizer();
        int before = tokenizer.channels(Math.min(1, tokenizer.levels() - 1));
        return (long) Math.max(tokenizer.channels(0), before) * spec.imageSize() * spec.imageSize();
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

    private static long quantiser(TokenizerSpec spec, ScalePyramid pyramid) {
        long z = spec.latentChannels();
        long convolutions = 2L + (spec.phiCount() == 0 ? pyramid.scales() : spec.phiCount());
        return convolutions * convolution(z, z, 3) + spec.vocabularySize() * z;
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
