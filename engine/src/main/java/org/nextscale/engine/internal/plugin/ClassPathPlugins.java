package org.nextscale.engine.internal.plugin;

import java.util.Iterator;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.plugin.Plugin;

/** Finds plugins of all kinds through {@code META-INF/services}. One that cannot be made harms none of the others. */
public final class ClassPathPlugins {
    private ClassPathPlugins() {}

    /** Adds all that a class loader sees. */
    public static void addTo(PluginRegistry registry, ClassLoader loader) {
        PluginKind.all().forEach(kind -> add(kind, loader, registry));
    }

    private static <P extends Plugin> void add(PluginKind<P> kind, ClassLoader loader, PluginRegistry registry) {
        Iterator<P> plugins = ServiceLoader.load(kind.type(), loader).iterator();
        while (true) {
            try {
                if (!plugins.hasNext()) {
                    return;
                }
                P plugin = plugins.next();
                String version = plugin.getClass().getPackage().getImplementationVersion();
                registry.add(kind, plugin, version == null ? "" : version);
            } catch (ServiceConfigurationError | LinkageError e) {
                // The iterator goes on behind what it stumbled over.
                registry.refuse(kind, "on the class path", "cannot be made: " + reason(e));
            }
        }
    }

    /** A provider that fails is named by the loader, and why it does by the last cause. */
    private static String reason(Throwable e) {
        return e.getCause() == null ? MakingFailure.words(e) : named(e.getMessage()) + MakingFailure.words(e);
    }

    /** From {@code org.…: Provider com.example.Sampler could not be instantiated} the class. */
    private static String named(String message) {
        Matcher provider = Pattern.compile("Provider ([\\w.$]+)").matcher(message == null ? "" : message);
        return provider.find() ? provider.group(1) + ": " : "";
    }
}
