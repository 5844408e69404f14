package org.nextscale.backend.cuda.internal.transformer;

import java.nio.FloatBuffer;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.backend.TransformerSession;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.Staging;
import org.nextscale.backend.support.Resources;

/** A batch on its way through the scales on one GPU; logits come to the host. */
final class CudaSession implements TransformerSession {
    private static final int STAGING_BYTES = 1 << 20;

    private final TransformerSpec spec;
    private final int images;
    private final Resources resources = new Resources();
    private final Passes passes;
    private final Staging staging;
    private int scale;

    /** @param rows of the class embedding, one an image */
    CudaSession(GpuTransformer transformer, int[] rows, boolean unconditional) {
        this.spec = transformer.spec();
        this.images = rows.length;
        passes = resources.add(new Passes(transformer, images, unconditional));
        try {
            staging = resources.add(new Staging(transformer.gpu().context(), passes.stream(), STAGING_BYTES));
            passes.begin(rows);
        } catch (RuntimeException | Error e) {
            resources.close();
            throw e;
        }
    }

    @Override
    public ScaleLogits next(float[] input, boolean unconditional) {
        Scale current = spec.pyramid().scale(scale);
        if (scale > 0) {
            staging.upload(input, passes.input(scale));
        }
        passes.enqueue(scale, unconditional);
        Logits conditional = logits(passes.conditional(scale), current);
        ScaleLogits logits = unconditional
                ? ScaleLogits.of(conditional, logits(passes.unconditional(scale), current))
                : ScaleLogits.of(conditional);
        scale++;
        return logits;
    }

    private Logits logits(DeviceBuffer found, Scale current) {
        FloatBuffer values = FloatBuffer.allocate((int) (found.bytes() / Float.BYTES));
        staging.download(found, values);
        return new Logits(values, images, current.tokens(), spec.vocabularySize());
    }

    @Override
    public void close() {
        resources.close();
    }
}
