package org.nextscale.training.internal.tokenizer;

import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.nextscale.api.InvalidInputException;
import org.nextscale.training.internal.data.Order;
import org.nextscale.training.internal.data.TrainingImages;
import org.nextscale.training.internal.data.View;
import org.nextscale.training.internal.torch.Placement;

/**
 * Images as tensors, a batch at a time.
 *
 * @param images where they are
 * @param order which ones a step sees, and how
 * @param placement where the tensors are wanted
 */
public record ImageBatches(TrainingImages images, Order order, Placement placement) {
    public ImageBatches {
        int batch = order.indices(0).length;
        int most = Integer.MAX_VALUE / images.elements();
        if (batch > most) {
            throw new InvalidInputException("batch " + batch + " is too large for images of " + images.side() + " x "
                    + images.side() + " pixels: at most " + most + " fit into an array");
        }
    }

    /** Pixels of a step, {@code [batch, 3, side, side]} in [-1, 1]. */
    public Tensor pixels(long step) {
        int[] indices = order.indices(step);
        int elements = images.elements();
        float[] values = new float[indices.length * elements];
        IntStream.range(0, indices.length).parallel().forEach(i -> {
            View view = order.view(step, i);
            images.read(indices[i], view, values, i * elements);
        });
        return placement.of(values, indices.length, 3, images.side(), images.side());
    }
}
