package org.nextscale.engine.internal.plugin;

import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** Why the component runtime could not make what it offers: of a service that is none it says no more than that. */
final class ComponentFailure {
    private ComponentFailure() {}

    /** The stack trace of the failure, or what was thrown when its class was loaded; empty if there was neither. */
    static Optional<String> of(BundleContext context, ServiceReference<?> offered, String component) {
        ServiceReference<ServiceComponentRuntime> reference =
                context.getServiceReference(ServiceComponentRuntime.class);
        if (reference == null) {
            return Optional.empty();
        }
        try {
            ServiceComponentRuntime runtime = context.getService(reference);
            ComponentDescriptionDTO description = runtime.getComponentDescriptionDTO(offered.getBundle(), component);
            return description == null
                    ? Optional.empty()
                    : runtime.getComponentConfigurationDTOs(description).stream()
                            .map(configuration -> configuration.failure)
                            .filter(trace -> trace != null && !trace.isBlank())
                            .findFirst()
                            .or(() -> loading(offered.getBundle(), description.implementationClass));
        } finally {
            context.ungetService(reference);
        }
    }

    /** The runtime keeps nothing of a class that cannot be loaded. Nothing of it is run here. */
    private static Optional<String> loading(Bundle bundle, String implementation) {
        try {
            bundle.loadClass(implementation);
            return Optional.empty();
        } catch (ClassNotFoundException | LinkageError e) {
            return Optional.of(e.toString());
        }
    }
}
