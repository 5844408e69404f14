package org.nextscale.api.training;

import org.osgi.annotation.versioning.ConsumerType;

/** Is told how a run goes, on the run's thread. */
@ConsumerType
public interface TrainingListener {
    /** A step is done. */
    default void stepDone(TrainingProgress progress) {}

    /** Something a person wants to know, one line: an image that was skipped, a checkpoint that was written. */
    default void note(String line) {}
}
