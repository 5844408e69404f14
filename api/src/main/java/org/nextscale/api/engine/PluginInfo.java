package org.nextscale.api.engine;

import java.util.List;
import java.util.Map;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.plugin.Plugin;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A plugin that was found, and what it said of itself when it was. Immutable: it stays usable when the plugin goes.
 *
 * @param <P> the interface of its kind
 */
@ProviderType
public interface PluginInfo<P extends Plugin> {
    PluginKind<P> kind();

    String id();

    String description();

    List<Parameter> parameters();

    /** Version of the bundle or jar that brought it; empty where that has none. */
    String version();

    /** The plugin itself. What it throws against its contract, or a null it returns, comes out as a plugin's failure. */
    P plugin();

    /**
     * A value for every one of its parameters.
     *
     * @param given by name, as text or as the parameter's own type; the others take their defaults
     * @throws org.nextscale.api.InvalidInputException for a name that is not declared or a value that is not allowed
     */
    default ParameterValues values(Map<String, ?> given) {
        return ParameterValues.of(label(), parameters(), given);
    }

    /** Kind and id, for messages: {@code "sampler multinomial"}. */
    default String label() {
        return kind() + " " + id();
    }
}
