package org.nextscale.api.engine;

import java.nio.file.Path;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.nextscale.api.NextscaleException;
import org.nextscale.api.plugin.PluginChoice;

/**
 * Where a program on the plain class path starts. In an OSGi container, ask for the service {@link Engine} instead.
 *
 * @see ImageGenerator
 */
public final class Nextscale {
    private Nextscale() {}

    /**
     * Opens a model on the best backend for it. Closing the result closes everything.
     *
     * @param model the folder of a model package, or of checkpoints
     */
    public static ImageGenerator open(Path model) {
        return open(model, PluginChoice.of(Engine.BEST_BACKEND));
    }

    /** The same on the backend of one's choice: {@code PluginChoice.parse("backend", "onnx:precision=int8")}. */
    public static ImageGenerator open(Path model, PluginChoice backend) {
        Engine engine = engine();
        return engine.open(engine.model(model), backend);
    }

    /** What is plugged in, as the loader of this class sees it. */
    public static Engine engine() {
        return engine(Nextscale.class.getClassLoader());
    }

    /**
     * What is plugged in.
     *
     * @param plugins where to look for plugins
     * @throws NextscaleException if the engine itself is not there
     */
    public static Engine engine(ClassLoader plugins) {
        try {
            for (EngineFactory factory : ServiceLoader.load(EngineFactory.class, plugins)) {
                return factory.create(plugins);
            }
        } catch (ServiceConfigurationError e) {
            throw new NextscaleException("the engine cannot be loaded: " + e.getMessage(), e);
        }
        throw new NextscaleException(
                "there is no engine on the class path: add nextscale-engine; in an OSGi container, ask for"
                        + " the service " + Engine.class.getName());
    }
}
