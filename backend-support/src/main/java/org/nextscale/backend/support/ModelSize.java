package org.nextscale.backend.support;

import java.util.List;
import java.util.function.Predicate;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.TokenizerSpec;

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
 * @param quantizer codebook, Phi and the convolutions around them
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
        long quantizer,
        long cacheOfToken,
        long largestMap) {
    /** The transformer's weights. */
    public long transformer() {
        return embeddings + conditions + blocks + head;
    }

    /** The tokenizer's weights. */
    public long tokenizer() {
        return encoder + decoder + quantizer;
    }

    /** All weights: the number of parameters. */
    public long weights() {
        return transformer() + tokenizer();
    }

    public static ModelSize of(ModelSpec spec) {
        List<TensorShape> transformer = TransformerTensors.all(spec.transformer());
        List<TensorShape> tokenizer = TokenizerTensors.all(spec.tokenizer(), spec.pyramid());
        long conditions = sum(transformer, name -> name.contains("ada_"));
        long blocks = sum(transformer, name -> name.startsWith("blocks.") && !name.contains("ada_"));
        long head = sum(transformer, name -> name.startsWith(TransformerTensors.HEAD + "."));
        long encoder = sum(tokenizer, name -> name.startsWith("encoder."));
        long decoder = sum(tokenizer, name -> name.startsWith("decoder."));
        return new ModelSize(
                sum(transformer, name -> true) - conditions - blocks - head,
                conditions,
                blocks,
                head,
                encoder,
                decoder,
                sum(tokenizer, name -> true) - encoder - decoder,
                2L * spec.transformer().depth() * spec.transformer().width(),
                largestMap(spec));
    }

    private static long sum(List<TensorShape> tensors, Predicate<String> which) {
        return tensors.stream()
                .filter(each -> which.test(each.name()))
                .mapToLong(TensorShape::elements)
                .sum();
    }

    /** At full resolution, where the finest level begins with the channels of the one before. */
    private static long largestMap(ModelSpec spec) {
        TokenizerSpec tokenizer = spec.tokenizer();
        int before = tokenizer.channels(Math.min(1, tokenizer.levels() - 1));
        return (long) Math.max(tokenizer.channels(0), before) * spec.imageSize() * spec.imageSize();
    }
}
