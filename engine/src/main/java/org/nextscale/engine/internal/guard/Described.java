package org.nextscale.engine.internal.guard;

import java.util.List;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.Plugin;

/**
 * A plugin and what it said of itself when it was asked, once.
 *
 * @param plugin as it was found, without a guard
 */
public record Described<P extends Plugin>(
        PluginKind<P> kind, P plugin, String id, String description, List<Parameter> parameters) {
    public Described {
        parameters = List.copyOf(parameters);
    }

    /** For messages: {@code "sampler multinomial"}. */
    public String who() {
        return kind + " " + id;
    }
}
