package org.nextscale.engine.internal.plugin;

import java.util.List;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.Plugin;
import org.nextscale.engine.internal.guard.Described;
import org.nextscale.engine.internal.guard.Guards;

/** A plugin that was found, behind its guard. Equal to itself alone. */
final class FoundPlugin<P extends Plugin> implements PluginInfo<P> {
    private final Described<P> described;
    private final String version;
    private final P guarded;

    FoundPlugin(Described<P> described, String version) {
        this.described = described;
        this.version = version;
        guarded = Guards.guard(described);
    }

    /** The plugin without its guard. */
    Object bare() {
        return described.plugin();
    }

    /** Where it comes from, for messages. */
    String origin() {
        return described.plugin().getClass().getName();
    }

    @SuppressWarnings("unchecked") // found under this kind
    <Q extends Plugin> PluginInfo<Q> as(PluginKind<Q> kind) {
        return (PluginInfo<Q>) this;
    }

    @Override
    public PluginKind<P> kind() {
        return described.kind();
    }

    @Override
    public String id() {
        return described.id();
    }

    @Override
    public String description() {
        return described.description();
    }

    @Override
    public List<Parameter> parameters() {
        return described.parameters();
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public P plugin() {
        return guarded;
    }

    @Override
    public String toString() {
        return label();
    }
}
