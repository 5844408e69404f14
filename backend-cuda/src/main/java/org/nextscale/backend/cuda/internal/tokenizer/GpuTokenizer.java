package org.nextscale.backend.cuda.internal.tokenizer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.tokenizer.Pixels;
import org.nextscale.backend.cuda.internal.Gpu;
import org.nextscale.backend.cuda.internal.Precision;
import org.nextscale.backend.cuda.internal.driver.Staging;
import org.nextscale.backend.cuda.internal.driver.Stream;

/** Both networks with their weights on one GPU, and a stream of their own. For one thread at a time. */
final class GpuTokenizer implements AutoCloseable {
    private static final int STAGING_BYTES = 4 << 20;

    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final Network encoder;
    private final Network decoder;

    /** Loads the weights. */
    GpuTokenizer(Gpu gpu, Precision precision, TokenizerSpec spec, WeightSource source) {
        try {
            TokenizerWeights weights = own(new TokenizerWeights(source, precision));
            Stages stages = new Stages(spec, weights);
            List<Stage> encoding = stages.encoder();
            List<Stage> decoding = stages.decoder();
            Stream stream = own(gpu.context().stream());
            Staging staging = own(new Staging(gpu.context(), stream, STAGING_BYTES));
            weights.load(gpu.context(), staging);
            MapKernels kernels = new MapKernels(gpu, precision);
            encoder = own(new Network(gpu, kernels, "encoder", encoding, Pixels.CHANNELS, stream, staging));
            decoder = own(new Network(gpu, kernels, "decoder", decoding, spec.latentChannels(), stream, staging));
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T own(T resource) {
        owned.push(resource);
        return resource;
    }

    Network encoder() {
        return encoder;
    }

    Network decoder() {
        return decoder;
    }

    /** The other of the two. */
    Network neighbour(Network network) {
        return network == encoder ? decoder : encoder;
    }

    @Override
    public void close() {
        RuntimeException failure = null;
        while (!owned.isEmpty()) {
            try {
                owned.pop().close();
            } catch (RuntimeException e) {
                failure = failure == null ? e : failure;
            } catch (Exception e) {
                throw new AssertionError("nothing here throws checked exceptions", e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
