package org.nextscale.api.engine;

import org.osgi.annotation.versioning.ProviderType;

/** Something that wanted to be a plugin and is none, and why. Immutable. */
@ProviderType
public interface RefusedPlugin {
    /** What it wanted to be. */
    PluginKind<?> kind();

    /** Class, bundle or jar, as far as it is known. */
    String origin();

    /** Why it is not used, in one line that reads on from the origin. */
    String reason();
}
