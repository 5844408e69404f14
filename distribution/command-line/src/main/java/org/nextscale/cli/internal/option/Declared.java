package org.nextscale.cli.internal.option;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.plugin.Parameter;

/** Who declares which parameters. */
public final class Declared {
    private Declared() {}

    /** Whether a plugin declares a parameter of this name. */
    public static boolean by(PluginInfo<?> plugin, String name) {
        return plugin.parameters().stream()
                .anyMatch(parameter -> parameter.name().equals(name));
    }

    static Parameter parameter(PluginInfo<?> plugin, String name) {
        return plugin.parameters().stream()
                .filter(parameter -> parameter.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Everybody who declares a parameter, by its name, in the order met. */
    static Map<String, List<PluginInfo<?>>> byName(Collection<? extends PluginInfo<?>> plugins) {
        Map<String, List<PluginInfo<?>>> owners = new LinkedHashMap<>();
        for (PluginInfo<?> plugin : plugins) {
            for (Parameter parameter : plugin.parameters()) {
                owners.computeIfAbsent(parameter.name(), name -> new ArrayList<>())
                        .add(plugin);
            }
        }
        return owners;
    }

    static String ids(Collection<? extends PluginInfo<?>> plugins) {
        return String.join(", ", plugins.stream().map(PluginInfo::id).toList());
    }
}
