package org.nextscale.benchmarks.training;

/** The published recipe's numbers, and a learning rate at which a few steps move the loss. */
final class PublishedRecipe {
    static final double LEARNING_RATE = 1e-3;
    static final double BETA1 = 0.9;
    static final double BETA2 = 0.95;
    static final double WEIGHT_DECAY = 0.05;
    static final double CLIP = 2;

    private PublishedRecipe() {}
}
