package org.nextscale.engine.internal;

import com.google.inject.Guice;
import com.google.inject.Injector;
import java.util.List;
import java.util.Optional;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.evaluation.FeatureNetworkProvider;
import org.nextscale.api.export.ModelExporter;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.sampling.GuidanceFactory;
import org.nextscale.api.sampling.TokenSamplerFactory;
import org.nextscale.api.tokenizer.VisualTokenizerFactory;
import org.nextscale.api.training.Trainer;
import org.nextscale.api.training.TrainingVectors;
import org.nextscale.engine.BackendChoice;
import org.nextscale.engine.BackendStatus;
import org.nextscale.engine.Engine;
import org.nextscale.engine.Nextscale;
import org.nextscale.engine.model.ModelPackage;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The engine as a service: the container tells it what comes and goes. */
@Component(service = Engine.class)
public final class EngineComponent implements Engine {
    private final Plugins plugins = new Plugins();
    private final Injector injector = Guice.createInjector(new EngineModule(plugins));
    private final PluginEngine engine = injector.getInstance(PluginEngine.class);
    private final OpenModels openModels = injector.getInstance(OpenModels.class);

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addBackend(ServiceReference<BackendProvider> reference, BackendProvider provider) {
        String version = reference.getBundle().getVersion().toString();
        plugins.backends().add(provider.id(), provider, version);
    }

    /** Returns when nothing of that backend is in use any more: its code may then be unloaded. */
    void removeBackend(BackendProvider provider) {
        plugins.backends().remove(provider.id(), provider);
        openModels.leave(provider);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addSampler(TokenSamplerFactory factory) {
        plugins.samplers().add(factory.id(), factory);
    }

    void removeSampler(TokenSamplerFactory factory) {
        plugins.samplers().remove(factory.id(), factory);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addGuidance(GuidanceFactory factory) {
        plugins.guidances().add(factory.id(), factory);
    }

    void removeGuidance(GuidanceFactory factory) {
        plugins.guidances().remove(factory.id(), factory);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addTokenizer(VisualTokenizerFactory factory) {
        plugins.tokenizers().add(factory.id(), factory);
    }

    void removeTokenizer(VisualTokenizerFactory factory) {
        plugins.tokenizers().remove(factory.id(), factory);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addFeatureNetwork(FeatureNetworkProvider provider) {
        plugins.featureNetworks().add(provider.id(), provider);
    }

    void removeFeatureNetwork(FeatureNetworkProvider provider) {
        plugins.featureNetworks().remove(provider.id(), provider);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addExporter(ModelExporter exporter) {
        plugins.exporters().add(exporter.id(), exporter);
    }

    void removeExporter(ModelExporter exporter) {
        plugins.exporters().remove(exporter.id(), exporter);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addTrainer(Trainer trainer) {
        plugins.trainers().add(trainer.id(), trainer);
    }

    void removeTrainer(Trainer trainer) {
        plugins.trainers().remove(trainer.id(), trainer);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addTrainingVectors(TrainingVectors vectors) {
        plugins.trainingVectors().add(vectors.getClass().getName(), vectors);
    }

    void removeTrainingVectors(TrainingVectors vectors) {
        plugins.trainingVectors().remove(vectors.getClass().getName(), vectors);
    }

    @Deactivate
    void deactivate() {
        openModels.closeAll();
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

    @Override
    public Nextscale open(ModelPackage model, BackendChoice backend) {
        return engine.open(model, backend);
    }
}
