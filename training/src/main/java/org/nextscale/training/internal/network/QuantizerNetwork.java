package org.nextscale.training.internal.network;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.backend.support.TokenizerTensors;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.TensorSet;

/**
 * The multi-scale residual quantizer (VAR, section 3.2, algorithm 1): features to codes of every scale and their sum f̂. For one
 * thread.
 */
public final class QuantizerNetwork {
    /** Weight of the commitment term. */
    private static final double BETA = 0.25;

    private final TokenizerSpec spec;
    private final ScalePyramid pyramid;
    private final TensorSet weights;

    /** @param weights which this does not close */
    public QuantizerNetwork(TokenizerSpec spec, ScalePyramid pyramid, TensorSet weights) {
        this.spec = spec;
        this.pyramid = pyramid;
        this.weights = weights;
    }

    public QuantizerNetwork(ModelSpec spec, TensorSet weights) {
        this(spec.tokenizer(), spec.pyramid(), weights);
    }

    /**
     * @param featureMap f̂, {@code [batch, z, side, side]}, which passes gradients straight to the features
     * @param loss of the quantizer: commitment and codebook terms, mean over the scales
     * @param tokens of every scale, {@code [batch, tokens]}
     * @param residuals what was looked up at every scale, {@code [batch · tokens, z]}
     */
    public record Quantized(Tensor featureMap, Tensor loss, List<Tensor> tokens, List<Tensor> residuals) {}

    /** Quantizes features {@code [batch, z, side, side]}. */
    public Quantized quantize(Tensor features) {
        Tensor target = features.detach();
        Tensor rest = target;
        Tensor sum = torch.zeros_like(target);
        Tensor loss = null;
        List<Tensor> tokens = new ArrayList<>();
        List<Tensor> residuals = new ArrayList<>();
        for (int k = 0; k < pyramid.scales(); k++) {
            Tensor residual = residual(rest, k);
            Tensor found = nearest(residual).view(features.size(0), -1);
            Tensor added = codes(k, found);
            sum = sum.add(added);
            rest = rest.sub(added.detach());
            Tensor here = Ops.mul(Ops.mse(sum.detach(), features), BETA).add(Ops.mse(sum, target));
            loss = loss == null ? here : loss.add(here);
            tokens.add(found);
            residuals.add(residual);
        }
        Tensor straight = sum.detach().sub(target).add(features);
        return new Quantized(straight, Ops.mul(loss, 1.0 / pyramid.scales()), tokens, residuals);
    }

    /** The residual at a scale as rows, {@code [batch · tokens, z]}. */
    private Tensor residual(Tensor rest, int scale) {
        int side = pyramid.side(scale);
        Tensor small = side == pyramid.finestSide() ? rest : Ops.area(rest, side, side);
        return small.permute(0, 2, 3, 1).reshape(-1, spec.latentChannels());
    }

    /** Index of the nearest code of every row. */
    public Tensor nearest(Tensor rows) {
        try (NoGradGuard guard = new NoGradGuard()) {
            Tensor codebook = weights.get(TokenizerTensors.CODEBOOK);
            if (spec.cosine()) {
                Tensor directions = Ops.normalize(codebook, -1);
                return torch.matmul(Ops.normalize(rows, -1), directions.t()).argmax(new LongOptional(-1), false);
            }
            Tensor squares = codebook.square().sum(1);
            // The row's own square is the same for all codes and left out.
            return torch.addmm(squares, rows, codebook.t(), Ops.scalar(1), Ops.scalar(-2))
                    .argmin(new LongOptional(-1), false);
        }
    }

    /** What the codes of a scale add to f̂: {@code [batch, tokens]} to {@code [batch, z, side, side]}. */
    Tensor codes(int scale, Tensor tokens) {
        int side = pyramid.side(scale);
        int full = pyramid.finestSide();
        Tensor h = torch.embedding(weights.get(TokenizerTensors.CODEBOOK), tokens)
                .transpose(1, 2)
                .reshape(tokens.size(0), spec.latentChannels(), side, side);
        if (scale < pyramid.scales() - 1) {
            h = Ops.bicubic(h, full, full);
        }
        Tensor convolved = Ops.convolution(h, weights, phi(scale));
        return Ops.mul(h, 0.5).add(Ops.mul(convolved, 0.5));
    }

    /**
     * What the transformer sees under teacher forcing.
     *
     * @param tokens of all scales, {@code [batch, all tokens]}
     * @return {@code [batch, all tokens - those of the first scale, z]}
     */
    public Tensor teacherForcingInputs(Tensor tokens) {
        try (NoGradGuard guard = new NoGradGuard()) {
            long batch = tokens.size(0);
            int full = pyramid.finestSide();
            Tensor sum = weights.placement().zeros(batch, spec.latentChannels(), full, full);
            Tensor[] inputs = new Tensor[pyramid.scales() - 1];
            for (int k = 0; k < inputs.length; k++) {
                sum = sum.add(codes(k, tokens.narrow(1, pyramid.begin(k), pyramid.tokens(k))));
                inputs[k] = input(k + 1, sum);
            }
            return Ops.cat(1, inputs);
        }
    }

    /** What a scale sees of f̂, {@code [batch, tokens, z]}. */
    Tensor input(int scale, Tensor sum) {
        int side = pyramid.side(scale);
        return Ops.area(sum, side, side)
                .view(sum.size(0), spec.latentChannels(), -1)
                .transpose(1, 2);
    }

    private String phi(int scale) {
        int count = TokenizerTensors.phis(spec, pyramid).size();
        return TokenizerTensors.phi(spec, pyramid.scale(scale).phi(count));
    }
}
