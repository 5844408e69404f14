package org.nextscale.api.engine;

import java.util.List;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.evaluation.FeatureNetworkProvider;
import org.nextscale.api.export.ModelExporter;
import org.nextscale.api.image.ImageSetProvider;
import org.nextscale.api.plugin.Plugin;
import org.nextscale.api.sampling.GuidanceProvider;
import org.nextscale.api.sampling.TokenSamplerProvider;
import org.nextscale.api.tokenizer.VisualTokenizerProvider;
import org.nextscale.api.training.Trainer;
import org.nextscale.api.training.TrainingReference;

/**
 * What can be plugged in. This list is all that the engine knows of the kinds there are: what is found, looked up, listed and
 * refused is the same for all of them.
 *
 * @param <P> the interface that plugins of the kind implement
 */
public final class PluginKind<P extends Plugin> {
    public static final PluginKind<BackendProvider> BACKEND = new PluginKind<>("backend", BackendProvider.class);
    public static final PluginKind<TokenSamplerProvider> SAMPLER =
            new PluginKind<>("sampler", TokenSamplerProvider.class);
    public static final PluginKind<GuidanceProvider> GUIDANCE = new PluginKind<>("guidance", GuidanceProvider.class);
    public static final PluginKind<VisualTokenizerProvider> TOKENIZER =
            new PluginKind<>("tokenizer", VisualTokenizerProvider.class);
    public static final PluginKind<ModelExporter> EXPORTER = new PluginKind<>("exporter", ModelExporter.class);
    public static final PluginKind<Trainer> TRAINER = new PluginKind<>("trainer", Trainer.class);
    public static final PluginKind<TrainingReference> TRAINING_REFERENCE =
            new PluginKind<>("training reference", TrainingReference.class);
    public static final PluginKind<FeatureNetworkProvider> FEATURE_NETWORK =
            new PluginKind<>("feature network", FeatureNetworkProvider.class);
    public static final PluginKind<ImageSetProvider> IMAGE_SET = new PluginKind<>("image set", ImageSetProvider.class);

    private static final List<PluginKind<?>> ALL = List.of(
            BACKEND, SAMPLER, GUIDANCE, TOKENIZER, EXPORTER, TRAINER, TRAINING_REFERENCE, FEATURE_NETWORK, IMAGE_SET);

    private final String word;
    private final Class<P> type;

    private PluginKind(String word, Class<P> type) {
        this.word = word;
        this.type = type;
    }

    /** All kinds. */
    public static List<PluginKind<?>> all() {
        return ALL;
    }

    /** The interface that plugins of this kind implement, and are registered under. */
    public Class<P> type() {
        return type;
    }

    /** In a word, for messages: {@code "sampler"}. */
    @Override
    public String toString() {
        return word;
    }
}
