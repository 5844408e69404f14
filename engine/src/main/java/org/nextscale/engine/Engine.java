package org.nextscale.engine;

import java.util.List;
import java.util.Optional;
import org.nextscale.api.evaluation.FeatureNetworkProvider;
import org.nextscale.api.export.ModelExporter;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.sampling.GuidanceFactory;
import org.nextscale.api.sampling.TokenSamplerFactory;
import org.nextscale.api.training.Trainer;
import org.nextscale.api.training.TrainingVectors;
import org.nextscale.engine.model.ModelPackage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Everything that was plugged in: backends, samplers, guidances, exporters, trainers. In an OSGi container it is a service and follows bundles
 * as they come and go; on the plain classpath {@link Nextscale#builder()} finds the same with
 * {@link java.util.ServiceLoader}. Thread-safe.
 */
@ProviderType
public interface Engine {

    /** The backends found, the best for this machine first. Loads no native library. */
    default List<BackendStatus> backends() {
        return backends(BackendChoice.BEST, Optional.empty());
    }

    /**
     * The backends found, the best for a model first. Loads no native library, and nothing of the model.
     *
     * @param choice whose options count: for the backend it names, or for all if it names none; one that does not take
     *     them is not available
     * @param model what would run, which has to fit into memory; empty for any
     */
    List<BackendStatus> backends(BackendChoice choice, Optional<ModelSpec> model);

    /** The samplers found, by id. */
    List<TokenSamplerFactory> samplers();

    /** The guidances found, by id. */
    List<GuidanceFactory> guidances();

    /** What opens networks that images are measured with, by id. */
    List<FeatureNetworkProvider> featureNetworks();

    /** The exporters found, by id; {@link org.nextscale.engine.model.ModelExport} runs one. */
    List<ModelExporter> exporters();

    /** The trainers found, by id; none without the training add-on. */
    List<Trainer> trainers();

    /** What computes the reference vectors of training, if the training add-on is there. */
    Optional<TrainingVectors> trainingVectors();

    /**
     * Opens a model on a backend.
     *
     * @param model whose closing passes to the result, also when opening fails
     * @throws org.nextscale.api.InvalidInputException for an unknown backend or option, or a model that is not whole
     * @throws org.nextscale.api.backend.BackendException if the backend cannot run here, or the model does not fit
     */
    Nextscale open(ModelPackage model, BackendChoice backend);
}
