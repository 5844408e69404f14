package org.nextscale.api.backend;

import java.util.function.Supplier;
import org.nextscale.api.model.Scale;
import org.nextscale.api.tokenizer.FeatureMap;
import org.osgi.annotation.versioning.ProviderType;

/** Watches a {@link DeviceLoop}: progress, previews, cancellation. What it throws ends the loop. */
@ProviderType
public interface DeviceLoopObserver {

    /**
     * The work of a scale is about to be handed to the device. That may be before the scale before it has ended, by one scale
     * at most, so that the device need not wait for the host.
     */
    void begins(Scale scale);

    /**
     * The device is done with a scale.
     *
     * @param features f̂ as it was after this scale, copied from the device only when asked for; valid during the call
     */
    void ends(Scale scale, Supplier<FeatureMap> features);
}
