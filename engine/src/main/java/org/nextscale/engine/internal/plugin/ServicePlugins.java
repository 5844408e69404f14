package org.nextscale.engine.internal.plugin;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.plugin.Plugin;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/** Finds plugins of all kinds among the services of an OSGi container, and follows them as they come and go. */
public final class ServicePlugins implements AutoCloseable {
    private final BundleContext context;
    private final PluginRegistry registry;
    private final Consumer<PluginInfo<?>> left;
    private final List<ServiceTracker<?, ?>> trackers;

    /** @param left is told of a plugin that can no longer be found, before its service goes */
    public ServicePlugins(BundleContext context, PluginRegistry registry, Consumer<PluginInfo<?>> left) {
        this.context = context;
        this.registry = registry;
        this.left = left;
        trackers = PluginKind.all().stream()
                .<ServiceTracker<?, ?>>map(this::tracker)
                .toList();
        trackers.forEach(ServiceTracker::open);
    }

    private <P extends Plugin> ServiceTracker<P, Object> tracker(PluginKind<P> kind) {
        return new ServiceTracker<>(context, kind.type(), new Follower<>(kind));
    }

    private final class Follower<P extends Plugin> implements ServiceTrackerCustomizer<P, Object> {
        private final PluginKind<P> kind;

        Follower(PluginKind<P> kind) {
            this.kind = kind;
        }

        /** @return the plugin; of one that could not be made, what it is remembered by until its service goes */
        @Override
        public Object addingService(ServiceReference<P> reference) {
            P plugin;
            try {
                plugin = context.getService(reference);
            } catch (RuntimeException | LinkageError e) {
                return refused(reference, MakingFailure.words(e));
            }
            if (plugin == null) {
                return refused(reference, failure(reference));
            }
            registry.add(kind, plugin, reference.getBundle().getVersion().toString());
            return plugin;
        }

        private String failure(ServiceReference<P> reference) {
            return component(reference)
                    .flatMap(component -> ComponentFailure.of(context, reference, component))
                    .map(MakingFailure::words)
                    .orElse("its constructor failed; the container's log says why");
        }

        private Optional<String> component(ServiceReference<P> reference) {
            return Optional.ofNullable(reference.getProperty("component.name")).map(Object::toString);
        }

        private Object refused(ServiceReference<P> reference, String why) {
            Object absent = new Object();
            String jar = reference.getBundle().getLocation();
            String origin = component(reference).orElse(reference.getBundle().getSymbolicName()) + " of "
                    + jar.substring(jar.lastIndexOf('/') + 1);
            registry.refuse(kind, origin, "cannot be made: " + why, absent);
            return absent;
        }

        @Override
        public void modifiedService(ServiceReference<P> reference, Object plugin) {
            // Its properties say nothing that is looked at.
        }

        @Override
        public void removedService(ServiceReference<P> reference, Object plugin) {
            registry.remove(kind, plugin).ifPresent(left);
            context.ungetService(reference);
        }
    }

    @Override
    public void close() {
        trackers.forEach(ServiceTracker::close);
    }
}
