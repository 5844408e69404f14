package org.nextscale.api.engine;

import org.osgi.annotation.versioning.ProviderType;

/** Makes the engine on a plain class path, where {@link Nextscale} finds it in {@code META-INF/services}. Programs do not use it. */
@ProviderType
public interface EngineFactory {
    /** @param plugins where to look for plugins */
    Engine create(ClassLoader plugins);
}
