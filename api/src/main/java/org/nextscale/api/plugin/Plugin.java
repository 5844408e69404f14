package org.nextscale.api.plugin;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What every plugin says of itself, whatever it is plugged in for. A plugin is a service: in an OSGi container a component
 * registered under its kind's interface, on the plain class path a class named in {@code META-INF/services}; a jar does well
 * to be both. It is asked once, when it is found. Thread-safe.
 */
@ConsumerType
public interface Plugin {
    /**
     * How it is asked for: lower-case words joined by hyphens, {@code multi-scale-vq}. Of several plugins of one kind with the
     * same id the first counts, and the others take its place when it goes.
     */
    String id();

    /** What it is, in one line, for lists and help. */
    String description();

    /** What it can be told; flags, help texts, JSON and validation are derived from it. */
    default List<Parameter> parameters() {
        return List.of();
    }
}
