package org.nextscale.engine.internal.plugin;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.NextscaleException;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.engine.RefusedPlugin;
import org.nextscale.api.plugin.Plugin;
import org.nextscale.engine.internal.guard.Described;
import org.nextscale.files.PrintableText;

/**
 * What is plugged in right now, of every kind. The container (or the class path) adds and removes; requests look up by id.
 * Thread-safe: a request keeps what it looked up, whatever comes or goes meanwhile.
 *
 * <p>A plugin is asked once what it is. One that cannot say it is refused, and so is one whose id is taken: it takes the place
 * of the first when that goes.
 */
public final class PluginRegistry {
    private static final System.Logger LOG = System.getLogger("org.nextscale.engine");

    private final Map<PluginKind<?>, List<FoundPlugin<?>>> found = new HashMap<>();
    private final List<Refused> refused = new ArrayList<>();

    private record Refused(PluginKind<?> kind, String origin, String reason, Object plugin) implements RefusedPlugin {}

    /**
     * Adds a plugin.
     *
     * @param version of the bundle or jar that brought it; empty where that has none
     */
    public <P extends Plugin> void add(PluginKind<P> kind, P plugin, String version) {
        String origin = plugin.getClass().getName();
        FoundPlugin<P> added;
        try {
            added = new FoundPlugin<>(described(kind, plugin), version);
        } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
            refuse(kind, origin, "does not say what it is: " + PrintableText.reason(e), plugin);
            return;
        }
        FoundPlugin<?> first;
        synchronized (this) {
            List<FoundPlugin<?>> all = found.computeIfAbsent(kind, each -> new ArrayList<>());
            first = first(all, added.id());
            all.add(added);
        }
        if (first != null) {
            LOG.log(System.Logger.Level.WARNING, twin(added, first));
        }
    }

    private static <P extends Plugin> Described<P> described(PluginKind<P> kind, P plugin) {
        String id = plugin.id();
        String description = plugin.description();
        if (id == null || !id.matches("[a-z0-9]+([-.][a-z0-9]+)*")) {
            throw new NextscaleException("its id is '" + id + "', which must be lower-case words joined by hyphens");
        }
        if (description == null) {
            throw new NextscaleException("it has no description");
        }
        return new Described<>(kind, plugin, id, description, plugin.parameters());
    }

    /** Takes note of something that could not even be made, for good. */
    public void refuse(PluginKind<?> kind, String origin, String reason) {
        refuse(kind, origin, reason, new Object());
    }

    /**
     * Takes note of something that could not even be made, until it is removed.
     *
     * @param plugin stands for it
     */
    public void refuse(PluginKind<?> kind, String origin, String reason, Object plugin) {
        synchronized (this) {
            refused.add(new Refused(kind, origin, reason, plugin));
        }
        LOG.log(System.Logger.Level.WARNING, kind + " " + origin + " is refused: it " + reason);
    }

    /**
     * Removes a plugin, whether it was in use or refused.
     *
     * @return the plugin as it was found; empty if it was refused
     */
    public synchronized Optional<PluginInfo<?>> remove(PluginKind<?> kind, Object plugin) {
        refused.removeIf(each -> each.plugin() == plugin);
        List<FoundPlugin<?>> all = found.getOrDefault(kind, new ArrayList<>());
        Optional<FoundPlugin<?>> gone =
                all.stream().filter(each -> each.bare() == plugin).findFirst();
        gone.ifPresent(all::remove);
        return gone.map(each -> each);
    }

    /** The plugins of a kind, by id. */
    public synchronized <P extends Plugin> List<PluginInfo<P>> all(PluginKind<P> kind) {
        List<FoundPlugin<?>> all = found.getOrDefault(kind, List.of());
        return all.stream()
                .filter(each -> first(all, each.id()) == each)
                .sorted(Comparator.comparing(FoundPlugin::id))
                .<PluginInfo<P>>map(each -> each.as(kind))
                .toList();
    }

    /** The plugin of this id, if it is there. */
    public synchronized <P extends Plugin> Optional<PluginInfo<P>> find(PluginKind<P> kind, String id) {
        return Optional.ofNullable(first(found.getOrDefault(kind, List.of()), id))
                .map(each -> each.as(kind));
    }

    /** The plugin of this id; {@link InvalidInputException} lists what there is otherwise. */
    public <P extends Plugin> PluginInfo<P> get(PluginKind<P> kind, String id) {
        return find(kind, id).orElseThrow(() -> {
            List<PluginInfo<P>> all = all(kind);
            return new InvalidInputException("there is no " + kind + " '" + id + "'; "
                    + (all.isEmpty()
                            ? "none is plugged in"
                            : "there is " + all.stream().map(PluginInfo::id).collect(Collectors.joining(", "))));
        });
    }

    /** What wanted to be a plugin and is none, and why. */
    public synchronized List<RefusedPlugin> refused() {
        List<RefusedPlugin> all = new ArrayList<>(refused);
        found.forEach((kind, plugins) -> plugins.forEach(each -> {
            FoundPlugin<?> first = first(plugins, each.id());
            if (first != each) {
                all.add(new Refused(kind, each.origin(), twinReason(each, first), each.bare()));
            }
        }));
        return all;
    }

    private static FoundPlugin<?> first(List<FoundPlugin<?>> all, String id) {
        for (FoundPlugin<?> each : all) {
            if (each.id().equals(id)) {
                return each;
            }
        }
        return null;
    }

    private static String twin(FoundPlugin<?> second, FoundPlugin<?> first) {
        return second.kind() + " " + second.origin() + " is refused: it " + twinReason(second, first);
    }

    private static String twinReason(FoundPlugin<?> second, FoundPlugin<?> first) {
        return "has the id " + second.id() + ", which " + first.origin() + " has already";
    }
}
