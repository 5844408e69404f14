package org.nextscale.model.making;

import org.nextscale.backend.support.TensorShape;
import org.nextscale.checkpoint.tensor.TensorValues;

/**
 * Random weights as a training begins with, so that activations stay finite: the transformer's by the recipe of the
 * public code, the tokenizer's by PyTorch's defaults for convolutions.
 */
public final class RandomInitialization {
    /** What the published recipe multiplies AdaLN's gammas with for a depth of 16 ({@code alng}). */
    public static final double GAMMA = 1e-3;

    private static final double ADA_LN = 0.5;
    private static final double HEAD = 0.02;
    private static final float ATTENTION_SCALE = (float) Math.log(4);
    private static final double CODES = 0.5;

    private final double width;
    private final double depth;
    private final double gamma;
    private final long seed;

    /**
     * @param width of the transformer
     * @param depth of the transformer
     * @param gamma factor of AdaLN's gammas: the smaller, the less the blocks do at first
     */
    public RandomInitialization(int width, int depth, double gamma, long seed) {
        this.width = width;
        this.depth = depth;
        this.gamma = gamma;
        this.seed = seed;
    }

    /** A tensor of the tokenizer. */
    public TensorValues tokenizer(TensorShape tensor) {
        String name = tensor.name();
        if (name.contains("norm")) {
            return constant(name.endsWith(".weight") ? 1 : 0);
        }
        if (name.equals("quantize.embedding.weight")) {
            return RandomValues.normal(seedOf(tensor), CODES);
        }
        if (name.endsWith(".bias")) {
            return constant(0);
        }
        long fanIn = tensor.elements() / tensor.shape().get(0);
        return RandomValues.uniform(seedOf(tensor), 1 / Math.sqrt(fanIn));
    }

    /** A tensor of the transformer. */
    public TensorValues transformer(TensorShape tensor) {
        String name = tensor.name();
        double deviation = Math.sqrt(1 / (3 * width));
        if (name.endsWith("bias")) {
            return constant(0);
        }
        if (name.endsWith(".scale_mul_1H11")) {
            return constant(ATTENTION_SCALE);
        }
        if (name.endsWith(".ada_gss")) {
            return gammaFirst(tensor, 1 / Math.sqrt(width), (long) width);
        }
        if (name.startsWith("head_nm.")) {
            return RandomValues.normal(seedOf(tensor), deviation * ADA_LN);
        }
        if (name.endsWith("ada_lin.1.weight")) {
            return gammaFirst(tensor, deviation, (long) (width * width));
        }
        if (name.startsWith("head.")) {
            return RandomValues.normal(seedOf(tensor), deviation * HEAD);
        }
        if (name.endsWith(".proj.weight") || name.endsWith(".fc2.weight")) {
            return RandomValues.normal(seedOf(tensor), deviation / Math.sqrt(2 * depth));
        }
        return RandomValues.normal(seedOf(tensor), deviation);
    }

    /** AdaLN: of its six parts the first two are the gammas. */
    private RandomValues gammaFirst(TensorShape tensor, double deviation, long partElements) {
        return new RandomValues(
                seedOf(tensor), partElements, 2, (float) (deviation * gamma), (float) (deviation * ADA_LN), false);
    }

    private long seedOf(TensorShape tensor) {
        return RandomValues.mix(seed * 31 + tensor.name().hashCode());
    }

    private static TensorValues constant(float value) {
        return (first, target) -> {
            while (target.hasRemaining()) {
                target.put(value);
            }
        };
    }
}
