package org.nextscale.backend.cuda.internal.tokenizer;

import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;

/**
 * {@code x + conv2(SiLU(norm2(conv1(SiLU(norm1(x))))))}, where x goes through a 1×1 convolution if the number of channels
 * changes.
 *
 * @param shortcut the 1×1 convolution, or {@code null}
 */
record ResidualBlock(GroupNorm norm1, Convolution conv1, GroupNorm norm2, Convolution conv2, Convolution shortcut)
        implements Stage {

    @Override
    public void run(Canvas canvas) {
        MapShape in = canvas.shape();
        MapShape out = in.withChannels(conv1.outputs());
        DeviceBuffer x = canvas.map();
        DeviceBuffer middle = canvas.next(out);
        conv1.run(canvas, in, Convolution.Way.SAME, norm1.withSilu(canvas, x, in), null, middle);
        DeviceBuffer operand = norm2.withSilu(canvas, middle, out);
        if (shortcut == null) {
            conv2.run(canvas, out, Convolution.Way.SAME, operand, x, x);
        } else {
            shortcut.run(canvas, in, Convolution.Way.SAME, x, null, middle);
            conv2.run(canvas, out, Convolution.Way.SAME, operand, middle, middle);
            canvas.advance(out);
        }
    }
}
