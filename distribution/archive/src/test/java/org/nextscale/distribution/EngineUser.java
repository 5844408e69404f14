package org.nextscale.distribution;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.ImageGenerator;
import org.nextscale.api.generation.GeneratedImage;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.plugin.PluginChoice;
import org.osgi.framework.BundleContext;

/** The other side of a {@link LiveModel}: lives in a bundle, and knows the engine as any bundle does. */
public final class EngineUser {
    private final ImageGenerator generator;

    public EngineUser(BundleContext context, Path model, String backend) {
        Engine engine = context.getService(context.getServiceReference(Engine.class));
        generator = engine.open(engine.model(model), PluginChoice.parse("backend", backend));
    }

    /** See {@link LiveModel#generate}. */
    public Map.Entry<String, byte[]> generate(int label, long seed) {
        GeneratedImage image =
                generator.generate(GenerationRequest.of(label).withSeed(seed)).get(0);
        String backend = image.provenance().backend().orElseThrow().id();
        return Map.entry(backend, image.pixels().rgb());
    }

    public void switchBackend(String choice) {
        generator.switchBackend(PluginChoice.parse("backend", choice));
    }

    public String backend() {
        return generator.backend().id();
    }

    public List<String> notices() {
        return generator.notices();
    }

    public void close() {
        generator.close();
    }
}
