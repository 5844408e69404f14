package org.nextscale.api.evaluation;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/** A network from images to features, ready to run. Thread-safe; closing it returns its memory. */
@ConsumerType
public interface FeatureNetwork extends AutoCloseable {

    /** Pixels along the image's edges. */
    FeatureInput input();

    /**
     * Outputs by name, each with its sizes behind the batch; empty where a size is only known when it runs.
     */
    Map<String, List<OptionalLong>> outputs();

    /** What the file says about itself, free-form: {@code nextscale.features}, {@code nextscale.range} and others. */
    Map<String, String> properties();

    /**
     * Computes outputs for a batch.
     *
     * @param images {@code [batch, 3, height, width]}, row-major, in the range the network was trained for
     * @param wanted names of outputs
     * @return by name {@code [batch, …]}, row-major; the arrays are the caller's
     * @throws org.nextscale.api.BackendException if it fails
     */
    Map<String, float[]> run(float[] images, int batch, int height, int width, Set<String> wanted);

    @Override
    void close();
}
