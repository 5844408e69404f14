package org.nextscale.api.backend;

import org.nextscale.api.model.TransformerSpec;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The scale-wise transformer with its weights loaded. Immutable and shared by threads: any number of generations may be
 * open at once (an engine may let them take turns). Closing it closes its generations and returns its memory; closing
 * twice is harmless, anything else afterwards throws {@link IllegalStateException}.
 */
@ConsumerType
public interface ScaleTransformer extends AutoCloseable {

    TransformerSpec spec();

    /**
     * Starts a batch of images. What depends on the label alone (class embedding, every AdaLN output) is computed here,
     * once for all scales.
     *
     * @param labels class of every image, 0 to {@link TransformerSpec#classes()}, where the last is the unconditional
     *     label; labels may be mixed
     * @param unconditional whether the same images also run under the unconditional label, for classifier-free guidance
     * @throws IllegalArgumentException for a label that does not exist
     */
    Generation begin(int[] labels, boolean unconditional);

    /**
     * All scales in one pass under the block-causal mask: a token sees every token of its own and of coarser scales.
     *
     * @param labels class of every image, as for {@link #begin}
     * @param inputs the downsampled feature maps that scales 1, 2, … start from, {@code [batch, L − first, z]} where L is
     *     the pyramid's total and first the tokens of scale 0
     * @return {@code [batch, L, vocabulary]}; valid until this transformer is closed
     */
    Logits teacherForcing(int[] labels, float[] inputs);

    @Override
    void close();
}
