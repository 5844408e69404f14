package org.nextscale.api.training;

import java.util.List;
import org.nextscale.api.parameter.Parameter;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Trains one kind of network. Registered as an OSGi service, and named in {@code META-INF/services} for the plain
 * classpath. Thread-safe; every call of {@link #train} is a run of its own.
 */
@ConsumerType
public interface Trainer {

    /** Unique short id of what is trained, lower case: {@code tokenizer}, {@code transformer}. */
    String id();

    /** What it trains, in a few words. */
    String label();

    /** Settings of a run; flags, help and the keys of a configuration file are derived from them. */
    List<Parameter> parameters();

    /**
     * Trains until all steps are done or the run is cancelled; in both cases the run's folder holds a checkpoint of the
     * last step then. Blocks.
     *
     * @throws org.nextscale.api.InvalidInputException if data, settings or the run's folder cannot be used
     * @throws TrainingException if the run cannot go on: the loss is no number, the disk is full; the message says which
     *     checkpoint is the last good one
     * @throws java.util.concurrent.CancellationException if it was cancelled
     */
    void train(TrainingRequest request, TrainingListener listener);
}
