package org.nextscale.engine.internal;

import com.google.inject.Guice;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.evaluation.FeatureNetworkProvider;
import org.nextscale.api.export.ModelExporter;
import org.nextscale.api.sampling.GuidanceFactory;
import org.nextscale.api.sampling.TokenSamplerFactory;
import org.nextscale.api.tokenizer.VisualTokenizerFactory;
import org.nextscale.api.training.Trainer;
import org.nextscale.api.training.TrainingVectors;
import org.nextscale.engine.Engine;

/** Finds plugins through {@code META-INF/services}. */
public final class ClasspathEngine {
    private ClasspathEngine() {}

    public static Engine of(ClassLoader loader) {
        Plugins plugins = new Plugins();
        load(loader, BackendProvider.class, p -> plugins.backends().add(p.id(), p));
        load(loader, TokenSamplerFactory.class, p -> plugins.samplers().add(p.id(), p));
        load(loader, GuidanceFactory.class, p -> plugins.guidances().add(p.id(), p));
        load(loader, VisualTokenizerFactory.class, p -> plugins.tokenizers().add(p.id(), p));
        load(
                loader,
                FeatureNetworkProvider.class,
                p -> plugins.featureNetworks().add(p.id(), p));
        load(loader, ModelExporter.class, p -> plugins.exporters().add(p.id(), p));
        load(loader, Trainer.class, p -> plugins.trainers().add(p.id(), p));
        load(
                loader,
                TrainingVectors.class,
                p -> plugins.trainingVectors().add(p.getClass().getName(), p));
        return Guice.createInjector(new EngineModule(plugins)).getInstance(PluginEngine.class);
    }

    private static <P> void load(ClassLoader loader, Class<P> type, Consumer<P> add) {
        ServiceLoader.load(type, loader).forEach(add);
    }
}
