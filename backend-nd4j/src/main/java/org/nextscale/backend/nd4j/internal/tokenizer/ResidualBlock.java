package org.nextscale.backend.nd4j.internal.tokenizer;

import org.nextscale.backend.nd4j.internal.compute.Floats;
import org.nextscale.backend.nd4j.internal.compute.Linear;

/**
 * {@code x + conv2(SiLU(norm2(conv1(SiLU(norm1(x))))))}, where x goes through a 1×1 convolution if the number of channels
 * changes.
 *
 * @param shortcut the 1×1 convolution, or {@code null}
 */
record ResidualBlock(GroupNorm norm1, Convolution conv1, GroupNorm norm2, Convolution conv2, Linear shortcut)
        implements Stage {

    @Override
    public void run(Canvas canvas) {
        int height = canvas.height();
        int width = canvas.width();
        int channels = canvas.channels();
        int outputs = conv1.outputs();
        Floats padded = canvas.pad(norm1.withSilu(canvas), 1, 1, 1);
        Floats result = canvas.next((long) canvas.pixels() * outputs);
        conv1.run(canvas.workers(), padded, width + 2, 1, height, width, result);

        canvas.advance(height, width, outputs);
        padded = canvas.pad(norm2.withSilu(canvas), 1, 1, 1);
        conv2.run(canvas.workers(), padded, width + 2, 1, height, width, canvas.current());

        if (shortcut == null) {
            canvas.add(canvas.next(canvas.size()));
        } else {
            // The block's input is still where the next map will be.
            Floats input = canvas.next((long) canvas.pixels() * channels);
            Floats mapped = canvas.padded(canvas.size());
            shortcut.apply(canvas.workers(), input, canvas.pixels(), mapped, Linear.Epilogue.NONE);
            canvas.add(mapped);
        }
    }
}
