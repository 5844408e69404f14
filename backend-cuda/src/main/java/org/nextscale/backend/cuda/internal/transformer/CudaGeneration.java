package org.nextscale.backend.cuda.internal.transformer;

import java.nio.FloatBuffer;
import java.util.function.Consumer;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.Generation;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.Resources;
import org.nextscale.backend.cuda.internal.driver.Staging;

/** A batch on its way through the scales on one GPU; logits come to the host. */
final class CudaGeneration implements Generation {
    private static final int STAGING_BYTES = 1 << 20;

    private final TransformerSpec spec;
    private final int images;
    private final Consumer<CudaGeneration> whenClosed;
    private final Resources resources = new Resources();
    private final Passes passes;
    private final Staging staging;
    private int scale;
    private boolean guided;
    private boolean closed;

    /** @param whenClosed is told once */
    CudaGeneration(GpuTransformer transformer, int[] labels, boolean guided, Consumer<CudaGeneration> whenClosed) {
        this.spec = transformer.spec();
        this.images = labels.length;
        this.guided = guided;
        this.whenClosed = whenClosed;
        passes = resources.add(new Passes(transformer, images, guided));
        try {
            staging = resources.add(new Staging(transformer.gpu().context(), passes.stream(), STAGING_BYTES));
            passes.begin(labels);
        } catch (RuntimeException | Error e) {
            resources.close();
            throw e;
        }
    }

    @Override
    public synchronized ScaleLogits next(float[] input, boolean unconditional) {
        if (closed) {
            throw new IllegalStateException("the generation is closed");
        }
        if (scale == spec.pyramid().scales()) {
            throw new IllegalStateException("the generation is at its end: all " + scale + " scales are done");
        }
        if (unconditional && !guided) {
            throw new IllegalStateException("the unconditional half was not begun or has been given up");
        }
        Scale current = spec.pyramid().scale(scale);
        long needed = (long) images * current.tokens() * spec.latentChannels();
        if (scale > 0 && input.length != needed) {
            throw new InvalidInputException("scale " + scale + ": " + input.length + " inputs are not [" + images + ", "
                    + current.tokens() + ", " + spec.latentChannels() + "]");
        }
        guided = unconditional;
        if (scale > 0) {
            staging.upload(input, passes.input(scale));
        }
        passes.enqueue(scale, guided);
        ScaleLogits logits = new ScaleLogits(
                logits(passes.conditional(scale), current),
                guided ? logits(passes.unconditional(scale), current) : null);
        scale++;
        return logits;
    }

    private Logits logits(DeviceBuffer found, Scale current) {
        FloatBuffer values = FloatBuffer.allocate((int) (found.bytes() / Float.BYTES));
        staging.download(found, values);
        return new Logits(values, images, current.tokens(), spec.vocabularySize());
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            whenClosed.accept(this);
            resources.close();
        }
    }
}
