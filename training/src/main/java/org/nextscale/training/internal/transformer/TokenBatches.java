package org.nextscale.training.internal.transformer;

import org.bytedeco.pytorch.Tensor;
import org.nextscale.training.internal.data.Batches;
import org.nextscale.training.internal.data.TokenCache;
import org.nextscale.training.internal.torch.Placement;

/**
 * Tokens of images, a batch at a time.
 *
 * @param cache where they are kept
 * @param batches which images a step sees
 * @param count steps until every image has been seen once
 * @param placement where the tensors are wanted
 */
record TokenBatches(TokenCache cache, Batches batches, long count, Placement placement) {

    /**
     * @param tokens {@code [batch, all tokens]}, int64
     * @param labels one an image
     */
    record Batch(Tensor tokens, long[] labels) {}

    /** One of {@code parts} equal parts of a step's batch. */
    Batch batch(long step, int part, int parts) {
        int[] indices = batches.indices(step);
        int size = indices.length / parts;
        int length = cache.content().tokensPerImage();
        int variants = cache.content().views().size();
        long[] labels = new long[size];
        int[] row = new int[length];
        long[] all = new long[Math.multiplyExact(size, length)];
        for (int i = 0; i < size; i++) {
            int position = part * size + i;
            int image = indices[position];
            labels[i] = cache.label(image);
            cache.tokens(image, batches.variant(step, position, variants), row);
            for (int k = 0; k < length; k++) {
                all[i * length + k] = row[k];
            }
        }
        return new Batch(placement.of(all, size, length), labels);
    }
}
