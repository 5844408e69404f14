package org.nextscale.training.internal.loop;

import java.util.List;
import java.util.Map;
import org.nextscale.api.image.Pixels;

/** What one kind of training does; {@link TrainingLoop} does what all have in common. For one thread. */
public interface Recipe extends AutoCloseable {

    /** Names of all that {@link #step} and {@link #measure} give, {@code loss} first. */
    List<String> columns();

    /**
     * One step of the optimizer.
     *
     * @param step from 0
     * @return what was measured, by name, {@code loss} first
     */
    Map<String, Double> step(long step);

    /**
     * A look at how far it is: measurements on images that are not learned from.
     *
     * @param step steps done
     * @return values by name; none if there is nothing to measure with
     */
    Map<String, Double> measure(long step);

    /** Pictures to look at, in rows of {@link #sampleColumns()}. */
    Pixels sample(long step);

    int sampleColumns();

    /** Every tensor that the next step depends on; loading a checkpoint fills the same ones. */
    List<StateTensor> state();

    /** About as many bytes as {@link #finish} writes. */
    long resultBytes();

    /** Writes the result into the run's folder; returns a line about it. */
    String finish();

    @Override
    void close();
}
