package org.nextscale.cli.internal;

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

/**
 * Says in a line which better backend was passed over when a model was opened, why, and what is used in its place; and what the
 * backend itself wants to be known.
 */
record AnnouncingEngine(Engine engine, Console console) implements Engine {

    @Override
    public Nextscale open(ModelPackage model, BackendChoice backend) {
        Nextscale opened = engine.open(model, backend);
        announce(opened, console);
        return opened;
    }

    /** The same for a model that was moved. */
    static void announce(Nextscale opened, Console console) {
        for (String fallback : opened.fallbacks()) {
            console.problem(fallback + "; using " + opened.backend().id());
        }
        opened.notices().forEach(console::problem);
    }

    @Override
    public List<BackendStatus> backends(BackendChoice choice, Optional<ModelSpec> model) {
        return engine.backends(choice, model);
    }

    @Override
    public List<TokenSamplerFactory> samplers() {
        return engine.samplers();
    }

    @Override
    public List<GuidanceFactory> guidances() {
        return engine.guidances();
    }

    @Override
    public List<FeatureNetworkProvider> featureNetworks() {
        return engine.featureNetworks();
    }

    @Override
    public List<ModelExporter> exporters() {
        return engine.exporters();
    }

    @Override
    public List<Trainer> trainers() {
        return engine.trainers();
    }

    @Override
    public Optional<TrainingVectors> trainingVectors() {
        return engine.trainingVectors();
    }
}
