package org.nextscale.api.evaluation;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A network from images to features, ready to run. Thread-safe; closing it returns its memory.
 *
 * <p>Measures look for outputs and properties by the names below. Others may be there, and are not asked for.
 */
@ConsumerType
public interface FeatureNetwork extends AutoCloseable {

    /** The output that images are compared in, {@code [batch, features]}: needed for every distance. */
    String FEATURES = "features";

    /** An output with a vector a place, {@code [batch, …]}, for sFID; may be absent. */
    String SPATIAL = "spatial";

    /** The output with the probabilities of classes, {@code [batch, classes]}: Inception Score and accuracy; may be absent. */
    String PROBABILITIES = "probabilities";

    /** The property that says which network it is, in words: only the one of the field makes an FID. */
    String NAME_PROPERTY = "nextscale.features";

    /** The property with the range that pixels are wanted in, {@code "-1,1"} by default. */
    String RANGE_PROPERTY = "nextscale.range";

    /** The property with how images are resized to {@link #input}: {@code none} by default, or {@code tf1-bilinear}. */
    String RESIZE_PROPERTY = "nextscale.resize";

    /** The property with the names of the classes, a line each, in the order of {@link #PROBABILITIES}. */
    String CLASSES_PROPERTY = "nextscale.classes";

    /** Pixels along the image's edges. */
    FeatureInput input();

    /**
     * Outputs by name, each with its sizes behind the batch; empty where a size is only known when it runs.
     */
    Map<String, List<OptionalLong>> outputs();

    /** What the file says about itself, free-form. */
    Map<String, String> properties();

    /**
     * Computes outputs for a batch.
     *
     * @param images {@code [batch, 3, height, width]}, row-major, in the range the network was trained for
     * @param wanted names of outputs, each one of {@link #outputs}
     * @return by name {@code [batch, …]}, row-major; the arrays are the caller's
     * @throws org.nextscale.api.BackendException if it fails
     */
    Map<String, float[]> run(float[] images, int batch, int height, int width, Set<String> wanted);

    @Override
    void close();
}
