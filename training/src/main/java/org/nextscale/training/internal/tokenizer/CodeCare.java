package org.nextscale.training.internal.tokenizer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.backend.support.TokenizerTensors;
import org.nextscale.training.internal.loop.Learner;
import org.nextscale.training.internal.network.QuantizerNetwork;
import org.nextscale.training.internal.optimizer.AdamW;
import org.nextscale.training.internal.optimizer.Average;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.TensorSet;

/**
 * Care for the codes: placed where the residuals are before the first use, and moved there again when nothing was near them
 * for a while. Without it most codes of a small run die, at the coarse scales first. For one thread.
 */
final class CodeCare implements AutoCloseable {
    private static final int PASSES = 10;

    private final TokenizerSpec spec;
    private final ScalePyramid pyramid;
    private final TensorSet weights;
    private final AdamW optimizer;
    /** {@code null} if none is kept. */
    private final Average average;

    private final QuantizerNetwork quantizer;
    /** How often a code was used since the last {@link #revive}, {@code [scales · vocabulary]}. */
    private final Tensor used;

    CodeCare(TokenizerSpec spec, ScalePyramid pyramid, Learner learner, QuantizerNetwork quantizer) {
        this.spec = spec;
        this.pyramid = pyramid;
        this.weights = learner.weights();
        this.optimizer = learner.optimizer();
        this.average = learner.average();
        this.quantizer = quantizer;
        try (PointerScope scope = new PointerScope()) {
            used = weights.placement().zeros((long) pyramid.scales() * spec.vocabularySize());
            used.retainReference();
        }
    }

    /** Flat counts, for checkpoints. */
    Tensor used() {
        return used;
    }

    /**
     * Places all codes by k-means over the residuals of all scales, which change with the codes.
     *
     * @param features {@code [images, z, side, side]}
     */
    void seed(Tensor features, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try (NoGradGuard guard = new NoGradGuard()) {
            codes().zero_();
            for (int pass = 0; pass <= PASSES; pass++) {
                try (PointerScope scope = new PointerScope()) {
                    Tensor rows = Ops.cat(0, residuals(features));
                    Tensor picked = pick(rows, random);
                    codes().copy_(pass == 0 ? picked : means(rows, picked));
                }
            }
        }
        if (average != null) {
            average.restart();
        }
    }

    private Tensor codes() {
        return weights.get(TokenizerTensors.CODEBOOK).detach();
    }

    private Tensor[] residuals(Tensor features) {
        return quantizer.quantize(features).residuals().toArray(Tensor[]::new);
    }

    /** As many rows as there are codes, by chance. */
    private Tensor pick(Tensor rows, SplittableRandom random) {
        long[] chosen = new long[spec.vocabularySize()];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = random.nextLong(rows.size(0));
        }
        return rows.index_select(0, weights.placement().of(chosen, chosen.length));
    }

    /** The mean of the rows nearest to each code; a row by chance where there are none. */
    private Tensor means(Tensor rows, Tensor picked) {
        Tensor nearest = quantizer.nearest(rows);
        Tensor sums = torch.zeros_like(picked);
        sums.index_add_(0, nearest, rows);
        Tensor counts = weights.placement().zeros(spec.vocabularySize());
        counts.index_add_(0, nearest, ones(nearest));
        Tensor column = counts.unsqueeze(1);
        return torch.where(column.gt(Ops.scalar(0)), sums.div(column.clamp_min(Ops.scalar(1))), picked);
    }

    private Tensor ones(Tensor likeIndices) {
        return weights.placement().zeros(likeIndices.numel()).add(Ops.scalar(1));
    }

    /** Counts the codes of a step. */
    void count(List<Tensor> tokens) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            for (int k = 0; k < tokens.size(); k++) {
                Tensor flat = tokens.get(k).reshape(-1);
                used.narrow(0, (long) k * spec.vocabularySize(), spec.vocabularySize())
                        .index_add_(0, flat, ones(flat));
            }
        }
    }

    /** Share of the codes in use since the last {@link #revive}: at all, and at every scale. */
    Map<String, Double> usage() {
        int vocabulary = spec.vocabularySize();
        float[] counts = Ops.values(used);
        boolean[] anywhere = new boolean[vocabulary];
        Map<String, Double> shares = new LinkedHashMap<>();
        shares.put("codes-used", 0.0);
        for (int k = 0; k < pyramid.scales(); k++) {
            int here = 0;
            for (int code = 0; code < vocabulary; code++) {
                if (counts[k * vocabulary + code] > 0) {
                    here++;
                    anywhere[code] = true;
                }
            }
            shares.put("codes-used-at-scale-" + (k + 1), (double) here / vocabulary);
        }
        int total = 0;
        for (boolean each : anywhere) {
            total += each ? 1 : 0;
        }
        shares.put("codes-used", (double) total / vocabulary);
        return shares;
    }

    /**
     * Moves the codes that were not used since the last time to residuals of a step, and starts counting anew.
     *
     * @param residuals of the step's scales, {@code [rows, z]}
     * @return how many were moved
     */
    int revive(List<Tensor> residuals, long seed) {
        int vocabulary = spec.vocabularySize();
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor total = used.view(pyramid.scales(), vocabulary).sum(0);
            Tensor dead = total.eq(Ops.scalar(0));
            int count = Math.toIntExact(dead.sum().item_long());
            if (count > 0) {
                Tensor rows = Ops.cat(0, residuals.toArray(Tensor[]::new));
                Tensor picked = pick(rows, new SplittableRandom(seed));
                Tensor column = dead.unsqueeze(1);
                replace(codes(), column, picked);
                Tensor nothing = torch.zeros_like(picked);
                replace(weights.viewOf(TokenizerTensors.CODEBOOK, optimizer.firstMoments()), column, nothing);
                replace(weights.viewOf(TokenizerTensors.CODEBOOK, optimizer.secondMoments()), column, nothing);
                if (average != null) {
                    replace(weights.viewOf(TokenizerTensors.CODEBOOK, average.values()), column, picked);
                }
            }
            used.zero_();
            return count;
        }
    }

    private static void replace(Tensor target, Tensor where, Tensor values) {
        target.copy_(torch.where(where, values, target));
    }

    @Override
    public void close() {
        used.releaseReference();
    }
}
