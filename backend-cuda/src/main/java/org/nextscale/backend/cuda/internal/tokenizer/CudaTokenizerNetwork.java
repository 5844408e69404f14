package org.nextscale.backend.cuda.internal.tokenizer;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.backend.cuda.internal.gpu.Gpu;
import org.nextscale.backend.cuda.internal.gpu.Precision;
import org.nextscale.backend.support.Resources;
import org.nextscale.backend.support.TokenizerTensors;

/**
 * Encoder and decoder on one GPU or several, which share a batch. Shared by threads, which take turns: a network is busy with
 * a batch for a millisecond or so an image, and one workspace serves all.
 */
public final class CudaTokenizerNetwork implements TokenizerNetwork {
    private final TokenizerSpec spec;
    private final List<GpuTokenizer> gpus = new ArrayList<>();
    private final Resources resources = new Resources();

    /** Loads the weights onto every GPU. */
    public CudaTokenizerNetwork(TokenizerSpec spec, WeightSource weights, List<Gpu> gpus, Precision precision) {
        this.spec = spec;
        TokenizerTensors.requireNetworks(spec, weights);
        try {
            for (Gpu gpu : gpus) {
                this.gpus.add(resources.add(new GpuTokenizer(gpu, precision, spec, weights)));
            }
        } catch (RuntimeException | Error e) {
            resources.close();
            throw e;
        }
    }

    @Override
    public TokenizerSpec spec() {
        return spec;
    }

    @Override
    public FeatureMap encode(Pixels images) {
        int cell = spec.downsampling();
        int z = spec.latentChannels();
        int height = images.height() / cell;
        int width = images.width() / cell;
        float[] features = new float[Math.multiplyExact(images.batch(), z * height * width)];
        run(GpuTokenizer::encoder, images.values(), images.batch(), images.height(), images.width(), features);
        return new FeatureMap(images.batch(), z, height, width, features);
    }

    @Override
    public Pixels decode(FeatureMap features) {
        int cell = spec.downsampling();
        int height = features.height() * cell;
        int width = features.width() * cell;
        float[] pixels = new float[Math.multiplyExact(features.batch(), Pixels.CHANNELS * height * width)];
        run(GpuTokenizer::decoder, features.values(), features.batch(), features.height(), features.width(), pixels);
        return new Pixels(features.batch(), height, width, pixels);
    }

    /** Images of a batch on one GPU that are still to be computed, some at a time. */
    private static final class Share {
        final Network network;
        final int end;
        final int atATime;
        int next;
        int running;

        Share(GpuTokenizer gpu, Network network, int begin, int end, int height, int width) {
            this.network = network;
            this.next = begin;
            this.end = end;
            this.atATime = network.prepare(end - begin, height, width, gpu.neighbour(network));
        }
    }

    private synchronized void run(
            Function<GpuTokenizer, Network> which, float[] in, int batch, int height, int width, float[] out) {
        if (batch == 0) {
            return;
        }
        int sizeIn = in.length / batch;
        int sizeOut = out.length / batch;
        List<Share> shares = new ArrayList<>();
        int parts = Math.min(batch, gpus.size());
        for (int i = 0; i < parts; i++) {
            GpuTokenizer gpu = gpus.get(i);
            Network network = which.apply(gpu);
            shares.add(new Share(gpu, network, batch * i / parts, batch * (i + 1) / parts, height, width));
        }
        while (shares.stream().anyMatch(share -> share.next < share.end)) {
            // All GPUs begin before the first one is waited for.
            for (Share share : shares) {
                share.running = Math.min(share.atATime, share.end - share.next);
                if (share.running > 0) {
                    share.network.begin(
                            FloatBuffer.wrap(in, share.next * sizeIn, share.running * sizeIn), share.running);
                }
            }
            for (Share share : shares) {
                if (share.running > 0) {
                    share.network.end(FloatBuffer.wrap(out, share.next * sizeOut, share.running * sizeOut));
                    share.next += share.running;
                }
            }
        }
    }

    @Override
    public synchronized void close() {
        resources.close();
    }
}
