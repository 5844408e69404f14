package org.nextscale.api.evaluation;

import java.nio.file.Path;
import org.nextscale.api.plugin.Plugin;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Opens files that hold a network from images to features. Its id is also the ending of the files it opens: {@code onnx}.
 * Thread-safe.
 */
@ConsumerType
public interface FeatureNetworkProvider extends Plugin {
    /**
     * Opens a network. The file is distrusted: what cannot be used is refused in one clear line.
     *
     * @throws org.nextscale.api.InvalidInputException if the file does not exist, is damaged, or is not a network with one
     *     float32 input {@code [batch, 3, height, width]} with a free batch, and float32 outputs
     * @throws org.nextscale.api.BackendException if what computes cannot run here
     */
    FeatureNetwork open(Path file);
}
