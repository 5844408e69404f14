package org.nextscale.benchmarks.training;

/** Weights and the moments of their optimizer, that a step moves on. For one thread; owns its memory. */
interface TrainingStep extends AutoCloseable {

    /** Forward, mean cross entropy, backward, clip, AdamW; returns the loss before the step. */
    double run(StepData data);

    @Override
    void close();
}
