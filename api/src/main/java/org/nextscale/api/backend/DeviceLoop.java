package org.nextscale.api.backend;

import java.util.function.Supplier;
import org.nextscale.api.model.Scale;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.sampling.ExactAlgorithm;
import org.nextscale.api.tokenizer.FeatureMap;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The whole scale loop (VAR, section 3.1) on the device: transformer → guidance → sampler → codes → accumulate, without the
 * logits ever coming to the host. For samplers and guidances whose {@link ExactAlgorithm} it knows; the engine runs the same
 * loop on the host for all others, and wherever somebody looks at the logits or keeps tokens of an image.
 *
 * <p>It makes what the host's loop makes on the same backend: from equal logits equal tokens, with the draws of
 * {@link org.nextscale.api.sampling.RandomSource#of} under the batch's seed, whatever batch an image is in; f̂ up to rounding.
 *
 * <p>Shared by threads (an engine may let them take turns). What it may rely on: {@link Backend}.
 */
@ConsumerType
public interface DeviceLoop extends AutoCloseable {
    /**
     * Whether it can do both, with these values. Quick, and the same answer every time.
     *
     * @param sampler what picks the tokens
     * @param guidance what joins the logits
     */
    boolean supports(ExactAlgorithm sampler, ExactAlgorithm guidance);

    /**
     * Makes one batch, up to the decoder.
     *
     * @param batch with a sampler and a guidance that are supported
     * @param listener is told of every scale on this thread, in order; what it throws comes out unchanged
     * @param cancellation looked at before the work of every scale is handed to the device. That may be before the scale before
     *     it has ended, by one scale at most, so that the device need not wait for the host
     * @return f̂, {@code [batch, z, side, side]}
     * @throws java.util.concurrent.CancellationException as {@code cancellation} throws it; nothing of the batch stays behind
     * @throws org.nextscale.api.BackendException if the device fails, for want of memory for instance, or if the logits are not
     *     finite, which the weights or the arithmetic are to blame for; nothing of the batch stays behind
     */
    FeatureMap run(DeviceBatch batch, Listener listener, Cancellation cancellation);

    @Override
    void close();

    /** Is told of every scale of a batch. */
    @ProviderType
    @FunctionalInterface
    interface Listener {
        /**
         * The device is done with a scale.
         *
         * @param features f̂ as it was after this scale, copied from the device only when asked for; valid during the call
         */
        void scaleDone(Scale scale, Supplier<FeatureMap> features);
    }
}
