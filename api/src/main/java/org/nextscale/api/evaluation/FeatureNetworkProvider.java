package org.nextscale.api.evaluation;

import java.nio.file.Path;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Opens files that hold a network from images to features. Registered as an OSGi service, and named in
 * {@code META-INF/services} for the plain classpath. Thread-safe.
 */
@ConsumerType
public interface FeatureNetworkProvider {

    /** Unique short id, lower case, and the ending of the files it opens: {@code onnx}. Two providers of one id are refused. */
    String id();

    /** What it opens, in a few words. */
    String label();

    /**
     * Opens a network. The file is distrusted: what cannot be used is refused in one clear line.
     *
     * @throws org.nextscale.api.InvalidInputException if the file does not exist, is damaged, or is not a network with one
     *     float32 input {@code [batch, 3, height, width]} with a free batch, and float32 outputs
     * @throws org.nextscale.api.backend.BackendException if what computes cannot run here
     */
    FeatureNetwork open(Path file);
}
