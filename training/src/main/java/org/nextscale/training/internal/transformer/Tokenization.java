package org.nextscale.training.internal.transformer;

import java.nio.file.Path;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.training.TrainingListener;
import org.nextscale.training.internal.data.Order;
import org.nextscale.training.internal.data.TokenCache;
import org.nextscale.training.internal.data.TokenCacheContent;
import org.nextscale.training.internal.data.TokenCacheWriter;
import org.nextscale.training.internal.data.TrainingImages;
import org.nextscale.training.internal.data.View;
import org.nextscale.training.internal.network.AutoencoderNetwork;
import org.nextscale.training.internal.network.QuantizerNetwork;
import org.nextscale.training.internal.tokenizer.ImageBatches;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.Placement;
import org.nextscale.training.internal.torch.TensorSet;

/** Turns images into tokens once, and keeps them in a file. */
final class Tokenization {
    private static final int BATCH = 64;
    private static final int NOTES = 10;

    private final Placement placement;
    private final AutoencoderNetwork network;
    private final QuantizerNetwork quantizer;
    private final Cancellation cancellation;
    private final TrainingListener listener;

    Tokenization(ModelSpec spec, TensorSet weights, Cancellation cancellation, TrainingListener listener) {
        this.placement = weights.placement();
        this.network = new AutoencoderNetwork(spec.tokenizer(), weights);
        this.quantizer = new QuantizerNetwork(spec, weights);
        this.cancellation = cancellation;
        this.listener = listener;
    }

    /**
     * The tokens of the first images of a set.
     *
     * @param file read if it is there, else made
     */
    TokenCache of(Path file, TokenCacheContent content, TrainingImages images) {
        if (!TokenCache.exists(file)) {
            int[] labels =
                    IntStream.range(0, content.images()).map(images::label).toArray();
            try (TokenCacheWriter writer = TokenCacheWriter.create(file, content, labels)) {
                for (int variant = 0; variant < content.views().size(); variant++) {
                    write(writer, content, images, variant);
                }
                writer.commit();
            }
        }
        return TokenCache.open(file, content);
    }

    private void write(TokenCacheWriter writer, TokenCacheContent content, TrainingImages images, int variant) {
        View view = content.views().get(variant);
        Order order = Order.sequential(content.images(), BATCH, view);
        ImageBatches batches = new ImageBatches(images, order, placement);
        long noted = 0;
        for (long step = 0; step < order.steps(); step++) {
            cancellation.throwIfCancelled();
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                int[] tokens = tokens(batches.pixels(step));
                int[] indices = order.indices(step);
                for (int i = 0; i < indices.length; i++) {
                    writer.put(indices[i], variant, tokens, i * content.tokensPerImage());
                }
            }
            if ((step + 1) * NOTES / order.steps() > noted) {
                noted = (step + 1) * NOTES / order.steps();
                listener.note("tokens of " + Math.min(content.images(), (step + 1) * BATCH) + " of " + content.images()
                        + " images" + (content.views().size() > 1 ? ", view " + (variant + 1) : ""));
            }
        }
    }

    /** {@code [batch, all tokens]}. */
    private int[] tokens(Tensor pixels) {
        return Ops.integers(
                Ops.cat(1, quantizer.quantize(network.encode(pixels)).tokens().toArray(Tensor[]::new)));
    }
}
