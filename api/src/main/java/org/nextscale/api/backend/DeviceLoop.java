package org.nextscale.api.backend;

import org.nextscale.api.sampling.Arithmetic;
import org.nextscale.api.tokenizer.FeatureMap;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The whole scale loop (VAR, section 3.1) on the device: transformer → guidance → sampler → codes → accumulate, without the
 * logits ever coming to the host. For samplers and guidances whose {@link Arithmetic} it knows; the engine runs the same loop
 * on the host for all others, and wherever somebody looks at the logits or keeps tokens of an image.
 *
 * <p>It makes what the host's loop makes on the same backend: from equal logits equal tokens, with the draws of
 * {@link org.nextscale.api.sampling.RandomSource#of} under the batch's seed, whatever batch an image is in; f̂ up to rounding.
 *
 * <p>Shared by threads (an engine may let them take turns). Closing it returns its memory, harmlessly twice; anything else
 * afterwards throws {@link IllegalStateException}.
 */
@ConsumerType
public interface DeviceLoop extends AutoCloseable {

    /**
     * Whether it can do both, with these values. Quick, and the same answer every time.
     *
     * @param sampler what picks the tokens
     * @param guidance what joins the logits
     */
    boolean supports(Arithmetic sampler, Arithmetic guidance);

    /**
     * Makes one batch, up to the decoder.
     *
     * @param batch with a sampler and a guidance that are supported
     * @param observer is told of every scale on this thread, in order; what it throws ends the loop and comes out of it
     *     unchanged, and nothing of the batch stays behind
     * @return f̂, {@code [batch, z, side, side]}
     * @throws IllegalArgumentException for a label that does not exist
     * @throws IllegalStateException if the logits are not finite, as the host's samplers do
     * @throws BackendException if the device fails, for want of memory for instance; nothing of the batch stays behind
     */
    FeatureMap run(DeviceBatch batch, DeviceLoopObserver observer);

    @Override
    void close();
}
