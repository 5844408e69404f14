package org.nextscale.engine.internal.guard;

import java.util.List;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.Plugin;

/** What guards of all kinds have in common: a plugin is not asked again what it said of itself. */
abstract class GuardedPlugin<P extends Plugin> implements Plugin {
    private final Described<P> described;

    GuardedPlugin(Described<P> described) {
        this.described = described;
    }

    /** The plugin without its guard. */
    final P plugin() {
        return described.plugin();
    }

    /** For messages. */
    final String who() {
        return described.who();
    }

    @Override
    public final String id() {
        return described.id();
    }

    @Override
    public final String description() {
        return described.description();
    }

    @Override
    public final List<Parameter> parameters() {
        return described.parameters();
    }
}
