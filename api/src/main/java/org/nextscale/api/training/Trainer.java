package org.nextscale.api.training;

import org.nextscale.api.plugin.Plugin;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Trains one kind of network, which its id names: {@code tokenizer}, {@code transformer}. Its parameters are the settings of a
 * run. Thread-safe; every call of {@link #train} is a run of its own.
 */
@ConsumerType
public interface Trainer extends Plugin {
    /**
     * Trains until all steps are done or the run is cancelled; in both cases the run's folder holds a checkpoint of the last step then,
     * if there was one. Blocks.
     *
     * <p>A new run in a folder that holds one is refused, and so is going on where there is none, or with other images or settings than
     * it was begun with. An image that cannot be read is left out with a note; a set that can only be read in order is kept in memory,
     * or refused. Test images, if there are any, are measured when the trainer sees fit, at least at the end.
     *
     * @param listener is told how the run goes, on this thread
     * @throws org.nextscale.api.InvalidInputException if images, settings or the run's folder cannot be used, before any step
     * @throws org.nextscale.api.TrainingException if the run cannot go on: the loss is no number, the disk is full; the message
     *     says which checkpoint is the last good one
     * @throws java.util.concurrent.CancellationException if it was cancelled
     */
    void train(TrainingRequest request, TrainingListener listener);
}
