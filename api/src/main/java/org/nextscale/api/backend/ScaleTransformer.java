package org.nextscale.api.backend;

import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.TransformerSpec;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The scale-wise transformer with its weights loaded. Immutable and shared by threads: any number of sessions may be open at
 * once (an engine may let them take turns). What it may rely on: {@link Backend}.
 */
@ConsumerType
public interface ScaleTransformer extends AutoCloseable {
    TransformerSpec spec();

    /**
     * Starts a batch of images. What depends on the conditions alone (class embedding, every AdaLN output) is computed here,
     * once for all scales.
     *
     * @param conditions what each image is to show; they may be mixed, and exist
     * @param unconditional whether the same images also run under {@link org.nextscale.api.model.Condition#NONE}, for
     *     classifier-free guidance
     */
    TransformerSession begin(Conditions conditions, boolean unconditional);

    /**
     * All scales in one pass under the block-causal mask: a token sees every token of its own and of coarser scales.
     *
     * @param inputs the downsampled feature maps that scales 1, 2, … start from, {@code [batch, L − first, z]} where L is
     *     the pyramid's total and first the tokens of scale 0
     * @return {@code [batch, L, vocabulary]}; valid until this transformer is closed
     */
    Logits teacherForcing(Conditions conditions, float[] inputs);

    @Override
    void close();
}
