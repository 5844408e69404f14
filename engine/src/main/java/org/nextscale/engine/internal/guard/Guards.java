package org.nextscale.engine.internal.guard;

import java.util.Map;
import java.util.function.Function;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.plugin.Plugin;

/**
 * Puts a guard around a plugin of any kind: what it throws against its contract, or a null or nonsense it returns, fails whoever
 * asked with the plugin's name, and nobody else. This table and {@link PluginKind} are what a new kind needs.
 */
public final class Guards {
    private static final Map<PluginKind<?>, Function<Described<?>, Plugin>> BY_KIND = Map.of(
            PluginKind.BACKEND, of(PluginKind.BACKEND, GuardedBackendProvider::new),
            PluginKind.SAMPLER, of(PluginKind.SAMPLER, GuardedSamplerProvider::new),
            PluginKind.GUIDANCE, of(PluginKind.GUIDANCE, GuardedGuidanceProvider::new),
            PluginKind.TOKENIZER, of(PluginKind.TOKENIZER, GuardedTokenizerProvider::new),
            PluginKind.EXPORTER, of(PluginKind.EXPORTER, GuardedExporter::new),
            PluginKind.TRAINER, of(PluginKind.TRAINER, GuardedTrainer::new),
            PluginKind.TRAINING_REFERENCE, of(PluginKind.TRAINING_REFERENCE, GuardedTrainingReference::new),
            PluginKind.FEATURE_NETWORK, of(PluginKind.FEATURE_NETWORK, GuardedFeatureNetworkProvider::new),
            PluginKind.IMAGE_SET, of(PluginKind.IMAGE_SET, GuardedImageSetProvider::new));

    private Guards() {}

    @SuppressWarnings("unchecked") // looked up by the kind that it was put under
    private static <P extends Plugin> Function<Described<?>, Plugin> of(
            PluginKind<P> kind, Function<Described<P>, Plugin> guard) {
        return described -> guard.apply((Described<P>) described);
    }

    /** The plugin behind a guard of its kind. */
    public static <P extends Plugin> P guard(Described<P> described) {
        return described.kind().type().cast(BY_KIND.get(described.kind()).apply(described));
    }
}
