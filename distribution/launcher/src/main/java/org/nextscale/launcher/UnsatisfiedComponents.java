package org.nextscale.launcher;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * Asks the component runtime which components wait for what. The runtime is a bundle whose classes the host does not
 * share, so that its data objects, which are plain public fields, are read by name.
 */
final class UnsatisfiedComponents {

    private static final String RUNTIME = "org.osgi.service.component.runtime.ServiceComponentRuntime";

    private UnsatisfiedComponents() {}

    /** Returns {@code ": x waits for y; z waits for w"}, or what is known in its place. */
    static String describe(BundleContext context) {
        ServiceReference<?> reference = context.getServiceReference(RUNTIME);
        if (reference == null) {
            return ": bundles/ holds no component runtime";
        }
        try {
            Object runtime = context.getService(reference);
            List<String> waiting = new ArrayList<>();
            for (Object description : descriptions(runtime)) {
                addUnsatisfied(runtime, description, waiting);
            }
            return waiting.isEmpty() ? ": no bundle offers one" : ": " + String.join("; ", waiting);
        } catch (ReflectiveOperationException e) {
            return " (" + e + ")";
        } finally {
            context.ungetService(reference);
        }
    }

    private static void addUnsatisfied(Object runtime, Object description, List<String> waiting)
            throws ReflectiveOperationException {
        for (Object configuration : configurations(runtime, description)) {
            Object references = field(configuration, "unsatisfiedReferences");
            for (int i = 0; i < Array.getLength(references); i++) {
                waiting.add(field(description, "name") + " waits for " + interfaceOf(description, references, i));
            }
            Object failure = optionalField(configuration, "failure");
            if (failure != null) {
                waiting.add(field(description, "name") + " failed: "
                        + failure.toString().lines().findFirst().orElse(""));
            }
        }
    }

    private static String interfaceOf(Object description, Object unsatisfied, int index)
            throws ReflectiveOperationException {
        Object name = field(Array.get(unsatisfied, index), "name");
        Object references = field(description, "references");
        for (int i = 0; i < Array.getLength(references); i++) {
            Object reference = Array.get(references, i);
            if (name.equals(field(reference, "name"))) {
                return (String) field(reference, "interfaceName");
            }
        }
        return String.valueOf(name);
    }

    private static Collection<?> descriptions(Object runtime) throws ReflectiveOperationException {
        Class<?> type = runtimeType(runtime);
        Class<?> bundles = Bundle[].class;
        return (Collection<?>)
                type.getMethod("getComponentDescriptionDTOs", bundles).invoke(runtime, (Object) new Bundle[0]);
    }

    private static Collection<?> configurations(Object runtime, Object description)
            throws ReflectiveOperationException {
        return (Collection<?>) runtimeType(runtime)
                .getMethod("getComponentConfigurationDTOs", description.getClass())
                .invoke(runtime, description);
    }

    private static Class<?> runtimeType(Object runtime) throws ClassNotFoundException {
        return Class.forName(RUNTIME, false, runtime.getClass().getClassLoader());
    }

    private static Object field(Object data, String name) throws ReflectiveOperationException {
        return data.getClass().getField(name).get(data);
    }

    private static Object optionalField(Object data, String name) throws ReflectiveOperationException {
        try {
            return field(data, name);
        } catch (NoSuchFieldException e) {
            return null;
        }
    }
}
