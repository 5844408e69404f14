package org.nextscale.engine.internal.guard;

import org.nextscale.api.BackendException;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.TokenizerNetwork;

/** A tokenizer's networks that are only handed what fits them, and whose results have the right shape. */
final class GuardedNetwork implements TokenizerNetwork {
    private final BackendCalls calls;
    private final TokenizerSpec spec;
    private final TokenizerNetwork network;

    GuardedNetwork(BackendCalls calls, TokenizerSpec spec, TokenizerNetwork network) {
        this.calls = calls;
        this.spec = spec;
        this.network = network;
    }

    /** The networks without their guard. */
    TokenizerNetwork bare() {
        return network;
    }

    @Override
    public TokenizerSpec spec() {
        return spec;
    }

    @Override
    public FeatureMap encode(Pixels images) {
        int cell = spec.downsampling();
        if (images.height() % cell != 0 || images.width() % cell != 0) {
            throw new IllegalArgumentException(
                    images.height() + " x " + images.width() + " pixels are no multiple of " + cell);
        }
        FeatureMap features = calls.call("features", () -> network.encode(images));
        requireShape(
                features.batch() == images.batch()
                        && features.channels() == spec.latentChannels()
                        && features.height() == images.height() / cell
                        && features.width() == images.width() / cell,
                "features");
        return features;
    }

    @Override
    public Pixels decode(FeatureMap features) {
        if (features.channels() != spec.latentChannels()) {
            throw new IllegalArgumentException(
                    features.channels() + " channels of features instead of " + spec.latentChannels());
        }
        int cell = spec.downsampling();
        Pixels pixels = calls.call("pixels", () -> network.decode(features));
        requireShape(
                pixels.batch() == features.batch()
                        && pixels.height() == features.height() * cell
                        && pixels.width() == features.width() * cell,
                "pixels");
        return pixels;
    }

    private void requireShape(boolean right, String what) {
        if (!right) {
            throw new BackendException(calls.who() + " returned " + what + " of another shape");
        }
    }

    @Override
    public void close() {
        calls.close();
    }
}
