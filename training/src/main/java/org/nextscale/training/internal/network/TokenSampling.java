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
                double t = cfg * pyramid.scale(k).ratio();
                Tensor logits = transformer
                        .predict(rows, inputs, k + 1, DropPath.NONE)
                        .narrow(1, pyramid.begin(k), pyramid.tokens(k));
                Tensor guided =
                        Ops.mul(logits.narrow(0, 0, count), 1 + t).sub(Ops.mul(logits.narrow(0, count, count), t));
                Tensor tokens = draw(guided, noise, k, placement);
                Tensor added = quantizer.codes(k, tokens);
                sum = sum == null ? added : sum.add(added);
                if (k + 1 < pyramid.scales()) {
                    inputs = Ops.cat(1, inputs, quantizer.input(k + 1, sum).repeat(2, 1, 1));
                }
            }
            return autoencoder.decode(sum);
        }
    }

    /** One draw a token: the exponential race, as log p - log e. */
    private static Tensor draw(Tensor logits, RandomSource noise, int scale, Placement placement) {
        int tokens = (int) logits.size(1);
        int codes = (int) logits.size(2);
        float[] exponential = new float[Math.toIntExact(logits.numel())];
        for (int i = 0; i < exponential.length; i++) {
            int token = i / codes;
            RandomStream stream = noise.stream(token / tokens, scale);
            exponential[i] = stream.exponential(token % tokens, RandomStream.TOKEN_LANE, i % codes);
        }
        Tensor drawn = placement.of(exponential, logits.size(0), tokens, codes);
        return logits.sub(drawn.log()).argmax(new LongOptional(-1), false);
    }
}
