package org.nextscale.training.internal.network;

import java.util.Arrays;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.sampling.RandomSource;
import org.nextscale.api.sampling.RandomStream;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.Placement;

/**
 * Images to look at while a transformer is in training: guidance and one draw a token, every scale predicted anew with all
 * coarser ones, which needs no key/value cache. For real generation there are backends.
 */
public final class TokenSampling {
    private final TransformerSpec spec;
    private final TransformerNetwork transformer;
    private final QuantizerNetwork quantizer;
    private final AutoencoderNetwork autoencoder;
    private final double cfg;

    /** @param cfg strength of the guidance ramp */
    public TokenSampling(
            TransformerSpec spec,
            TransformerNetwork transformer,
            QuantizerNetwork quantizer,
            AutoencoderNetwork autoencoder,
            double cfg) {
        this.spec = spec;
        this.transformer = transformer;
        this.quantizer = quantizer;
        this.autoencoder = autoencoder;
        this.cfg = cfg;
    }

    /** Pixels {@code [labels, 3, height, width]} in [-1, 1]. */
    public Tensor draw(long[] labels, long seed) {
        try (NoGradGuard guard = new NoGradGuard()) {
            ScalePyramid pyramid = spec.pyramid();
            int count = labels.length;
            long[] both = Arrays.copyOf(labels, 2 * count);
            Arrays.fill(both, count, 2 * count, spec.classes());
            Placement placement = transformer.placement();
            Tensor rows = placement.of(both, both.length);
            RandomSource noise = RandomSource.of(seed);
            Tensor sum = null;
            Tensor inputs = placement.zeros(2L * count, 0, spec.latentChannels());
            for (int k = 0; k < pyramid.scales(); k++) {
                int scale = k;
                Tensor seen = inputs;
                Tensor tokens = Ops.part(() -> {
                    double t = cfg * pyramid.scale(scale).ratio();
                    Tensor logits = transformer
                            .predict(rows, seen, scale + 1, DropPath.NONE)
                            .narrow(1, pyramid.begin(scale), pyramid.tokens(scale));
                    Tensor guided =
                            Ops.mul(logits.narrow(0, 0, count), 1 + t).sub(Ops.mul(logits.narrow(0, count, count), t));
                    return draw(guided, noise, scale, placement);
                });
                Tensor added = quantizer.codes(k, tokens);
                sum = sum == null ? added : sum.add(added);
                if (k + 1 < pyramid.scales()) {
                    inputs = Ops.cat(1, inputs, quantizer.input(k + 1, sum).repeat(2, 1, 1));
                }
            }
            return autoencoder.decode(sum);
        }
    }

    /** Draws image by image: the random numbers of all at once may be more than an array holds. */
    private static Tensor draw(Tensor logits, RandomSource noise, int scale, Placement placement) {
        Tensor[] drawn = new Tensor[Math.toIntExact(logits.size(0))];
        for (int i = 0; i < drawn.length; i++) {
            Tensor own = logits.narrow(0, i, 1);
            RandomStream stream = noise.stream(i, scale);
            drawn[i] = Ops.part(() -> draw(own, stream, placement));
        }
        return Ops.cat(0, drawn);
    }

    /** One draw a token: the exponential race, as log p - log e. */
    private static Tensor draw(Tensor logits, RandomStream stream, Placement placement) {
        int codes = Math.toIntExact(logits.size(2));
        float[] exponential = new float[Math.toIntExact(logits.numel())];
        for (int i = 0; i < exponential.length; i++) {
            exponential[i] = stream.exponential(i / codes, RandomStream.TOKEN_LANE, i % codes);
        }
        Tensor drawn = placement.of(exponential, 1, logits.size(1), codes);
        return logits.sub(drawn.log()).argmax(new LongOptional(-1), false);
    }
}
