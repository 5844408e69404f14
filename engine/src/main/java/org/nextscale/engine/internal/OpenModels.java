package org.nextscale.engine.internal;

import jakarta.inject.Inject;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.backend.TokenizerNetwork;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.engine.model.ModelPackage;

/** Opens models on backends and knows which are open, so that none outlives its backend. Thread-safe. */
public final class OpenModels {
    private final Plugins plugins;
    private final Set<OpenModel> open = ConcurrentHashMap.newKeySet();

    @Inject
    OpenModels(Plugins plugins) {
        this.plugins = plugins;
    }

    OpenModel open(ModelPackage model, BackendSelection.Selected selected) {
        Backend backend = selected.provider().open(selected.options());
        try {
            ScaleTransformer transformer = backend.transformer(model.spec().transformer(), model.transformerWeights());
            TokenizerNetwork network = backend.tokenizerNetwork(model.spec().tokenizer(), model.tokenizerWeights());
            VisualTokenizer tokenizer =
                    plugins.tokenizers().get("multi-scale-vq").create(network, model.tokenizerWeights());
            OpenModel opened = new OpenModel(model, selected, backend, transformer, tokenizer, plugins, open::remove);
            open.add(opened);
            if (plugins.backends().find(selected.provider().id()).orElse(null) != selected.provider()) {
                opened.closeBecause("backend " + selected.provider().id() + " was stopped");
            }
            return opened;
        } catch (RuntimeException | Error e) {
            backend.close();
            throw e;
        }
    }

    /** Ends what runs on a backend that goes away, within one scale, and returns when all its memory is back. */
    void closeAllOn(BackendProvider provider) {
        for (OpenModel model : open) {
            if (model.runsOn(provider)) {
                model.closeBecause("backend " + provider.id() + " was stopped");
            }
        }
    }

    void closeAll() {
        open.forEach(OpenModel::close);
    }
}
