package org.nextscale.backend.cuda.internal.tokenizer;

import java.util.List;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.cuda.internal.driver.Staging;
import org.nextscale.backend.cuda.internal.driver.Stream;
import org.nextscale.backend.cuda.internal.gpu.Gpu;
import org.nextscale.backend.cuda.internal.gpu.Precision;
import org.nextscale.backend.support.Resources;

/** Both networks with their weights on one GPU, and a stream of their own. For one thread at a time. */
final class GpuTokenizer implements AutoCloseable {
    private static final int STAGING_BYTES = 4 << 20;

    private final Resources resources = new Resources();
    private final Network encoder;
    private final Network decoder;

    /** Loads the weights. */
    GpuTokenizer(Gpu gpu, Precision precision, TokenizerSpec spec, WeightSource source) {
        try {
            TokenizerWeights weights = resources.add(new TokenizerWeights(source, precision));
            Stages stages = new Stages(spec, weights);
            List<Stage> encoding = stages.encoder();
            List<Stage> decoding = stages.decoder();
            Stream stream = resources.add(gpu.context().stream());
            Staging staging = resources.add(new Staging(gpu.context(), stream, STAGING_BYTES));
            weights.load(gpu.context(), staging);
            MapKernels kernels = new MapKernels(gpu, precision);
            encoder = resources.add(new Network(gpu, kernels, "encoder", encoding, Pixels.CHANNELS, stream, staging));
            decoder = resources.add(
                    new Network(gpu, kernels, "decoder", decoding, spec.latentChannels(), stream, staging));
        } catch (RuntimeException | Error e) {
            resources.close();
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

    @Override
    public void close() {
        resources.close();
    }
}
