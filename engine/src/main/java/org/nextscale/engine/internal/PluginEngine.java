package org.nextscale.engine.internal;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.nextscale.api.evaluation.FeatureNetworkProvider;
import org.nextscale.api.export.ModelExporter;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.sampling.GuidanceFactory;
import org.nextscale.api.sampling.TokenSamplerFactory;
import org.nextscale.api.training.Trainer;
import org.nextscale.api.training.TrainingVectors;
import org.nextscale.engine.BackendChoice;
import org.nextscale.engine.BackendStatus;
import org.nextscale.engine.Engine;
import org.nextscale.engine.Nextscale;
import org.nextscale.engine.model.ModelPackage;

/** An engine over whatever {@link Plugins} holds. */
public final class PluginEngine implements Engine {
    private final Plugins plugins;
    private final BackendSelection selection;
    private final OpenModels openModels;

    @Inject
    PluginEngine(Plugins plugins, BackendSelection selection, OpenModels openModels) {
        this.plugins = plugins;
        this.selection = selection;
        this.openModels = openModels;
    }

    @Override
    public List<BackendStatus> backends(BackendChoice choice, Optional<ModelSpec> model) {
        return selection.statuses(choice, model);
    }

    @Override
    public List<TokenSamplerFactory> samplers() {
        return plugins.samplers().all();
    }

    @Override
    public List<GuidanceFactory> guidances() {
        return plugins.guidances().all();
    }

    @Override
    public List<FeatureNetworkProvider> featureNetworks() {
        return plugins.featureNetworks().all();
    }

    @Override
    public List<ModelExporter> exporters() {
        return plugins.exporters().all();
    }

    @Override
    public List<Trainer> trainers() {
        return plugins.trainers().all();
    }

    @Override
    public Optional<TrainingVectors> trainingVectors() {
        return plugins.trainingVectors().all().stream().findFirst();
    }

    @Override
    public Nextscale open(ModelPackage model, BackendChoice choice) {
        try {
            return openModels.open(model, choice);
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }
}
