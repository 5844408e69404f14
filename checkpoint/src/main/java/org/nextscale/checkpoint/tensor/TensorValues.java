package org.nextscale.checkpoint.tensor;

import java.nio.FloatBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/** Where the values of a tensor that is being written come from. */
@ConsumerType
@FunctionalInterface
public interface TensorValues {

    /**
     * Fills {@code target}, from its position to its limit, with elements in row-major order.
     *
     * @param firstElement index of the first element wanted; calls go through a tensor once, from its beginning
     */
    void read(long firstElement, FloatBuffer target);
}
