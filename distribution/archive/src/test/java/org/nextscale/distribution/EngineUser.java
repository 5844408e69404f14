package org.nextscale.distribution;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.nextscale.api.generation.GeneratedImage;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.engine.BackendChoice;
import org.nextscale.engine.Engine;
import org.nextscale.engine.Nextscale;
import org.nextscale.engine.model.ModelPackage;
import org.osgi.framework.BundleContext;

/** The other side of a {@link LiveModel}: lives in a bundle, and knows the engine as any bundle does. */
public final class EngineUser {
    private final Nextscale nextscale;

    public EngineUser(BundleContext context, Path model, String backend) {
        Engine engine = context.getService(context.getServiceReference(Engine.class));
        nextscale = engine.open(ModelPackage.open(model), BackendChoice.parse(backend));
    }

    /** See {@link LiveModel#generate}. */
    public Map.Entry<String, byte[]> generate(int label, long seed) {
        GeneratedImage image =
                nextscale.generate(GenerationRequest.of(label).withSeed(seed)).get(0);
        String backend = image.provenance().get("backend");
        int colon = backend.indexOf(':');
        return Map.entry(colon < 0 ? backend : backend.substring(0, colon), image.rgb());
    }

    public void switchBackend(String choice) {
        nextscale.switchBackend(BackendChoice.parse(choice));
    }

    public String backend() {
        return nextscale.backend().id();
    }

    public List<String> fallbacks() {
        return nextscale.fallbacks();
    }

    public void close() {
        nextscale.close();
    }
}
