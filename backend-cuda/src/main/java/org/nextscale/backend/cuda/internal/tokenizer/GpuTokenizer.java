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

    private final Deque<Runnable> closers = new ArrayDeque<>();
    private final Network encoder;
    private final Network decoder;

    /** Loads the weights. */
    GpuTokenizer(Gpu gpu, Precision precision, TokenizerSpec spec, WeightSource source) {
        try {
            TokenizerWeights weights = new TokenizerWeights(source, precision);
            closers.push(weights::close);
            Stages stages = new Stages(spec, weights);
            List<Stage> encoding = stages.encoder();
            List<Stage> decoding = stages.decoder();
            Stream stream = gpu.context().stream();
            closers.push(stream::close);
            Staging staging = new Staging(gpu.context(), stream, STAGING_BYTES);
            closers.push(staging::close);
            weights.load(gpu.context(), staging);
            MapKernels kernels = new MapKernels(gpu, precision);
            encoder = new Network(gpu, kernels, "encoder", encoding, Pixels.CHANNELS, stream, staging);
            decoder = new Network(gpu, kernels, "decoder", decoding, spec.latentChannels(), stream, staging);
            closers.push(encoder::release);
            closers.push(decoder::release);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
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

    /** The last first; what fails keeps none of the others open. */
    @Override
    public void close() {
        if (!closers.isEmpty()) {
            try {
                closers.pop().run();
            } finally {
                close();
            }
        }
    }
}
