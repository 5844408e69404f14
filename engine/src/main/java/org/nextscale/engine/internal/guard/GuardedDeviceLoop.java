package org.nextscale.engine.internal.guard;

import org.nextscale.api.BackendException;
import org.nextscale.api.backend.DeviceBatch;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.sampling.ExactAlgorithm;
import org.nextscale.api.tokenizer.FeatureMap;

/** A loop on a device that is only asked for what it can do, and whose result has the right shape. */
final class GuardedDeviceLoop implements DeviceLoop {
    private final BackendCalls calls;
    private final TransformerSpec spec;
    private final DeviceLoop loop;

    GuardedDeviceLoop(BackendCalls calls, TransformerSpec spec, DeviceLoop loop) {
        this.calls = calls;
        this.spec = spec;
        this.loop = loop;
    }

    @Override
    public boolean supports(ExactAlgorithm sampler, ExactAlgorithm guidance) {
        return calls.call("answer", () -> loop.supports(sampler, guidance));
    }

    @Override
    public FeatureMap run(DeviceBatch batch, Listener listener, Cancellation cancellation) {
        batch.conditions().embeddingRows(spec);
        ListenerFailure failure = new ListenerFailure();
        FeatureMap features;
        try {
            features = calls.call("features", () -> loop.run(batch, failure.catching(listener), cancellation));
        } catch (RuntimeException e) {
            failure.rethrow();
            throw e;
        }
        int side = spec.pyramid().finestSide();
        if (features.batch() != batch.conditions().size()
                || features.channels() != spec.latentChannels()
                || features.height() != side
                || features.width() != side) {
            throw new BackendException(calls.who() + " returned features of another shape");
        }
        return features;
    }

    @Override
    public void close() {
        calls.close();
    }

    /** What a listener throws is its own, and not the backend's failure. */
    private static final class ListenerFailure {
        private RuntimeException thrown;

        Listener catching(Listener listener) {
            return (scale, features) -> {
                try {
                    listener.scaleDone(scale, features);
                } catch (RuntimeException e) {
                    thrown = e;
                    throw e;
                }
            };
        }

        void rethrow() {
            if (thrown != null) {
                throw thrown;
            }
        }
    }
}
