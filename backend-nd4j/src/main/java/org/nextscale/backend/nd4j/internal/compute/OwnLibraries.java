package org.nextscale.backend.nd4j.internal.compute;

import java.io.IOException;
import java.lang.reflect.Field;
import java.net.URL;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.ClassProperties;
import org.bytedeco.javacpp.Loader;

/**
 * Keeps JavaCPP from loading what is not ours, but somebody else's of the same name in the system's folders, made for other versions of
 * everything: the process ends then. JavaCPP looks there for what a preset names and this build lacks. And the linker does for what a
 * library needs that JavaCPP has not unpacked yet beside it, as at the first run of all.
 *
 * <p>The training add-on has the same for its own JavaCPP, which is of another version and other classes.
 */
final class OwnLibraries {
    private OwnLibraries() {}

    /**
     * To be called when JavaCPP's settings are made, before anything of a preset is loaded.
     *
     * @param preset not yet initialized
     * @throws IOException if what is ours cannot be unpacked
     */
    static void only(Class<?> preset) throws IOException {
        ClassProperties all = properties(preset);
        List<String> named = new ArrayList<>(all.get("platform.preload"));
        named.addAll(all.get("platform.link"));
        Map<Class<?>, ClassProperties> presets = new LinkedHashMap<>(Map.of(preset, all));
        for (Class<?> each : all.getInheritedClasses()) {
            presets.put(each, properties(each));
        }
        for (String library : named) {
            String name = library.endsWith("!") ? library.substring(0, library.length() - 1) : library;
            List<URL> included = included(presets, name);
            for (URL each : included) {
                Loader.cacheResource(each);
            }
            if (included.isEmpty()) {
                found().putIfAbsent(name, new URL[0]);
            }
        }
    }

    private static ClassProperties properties(Class<?> preset) {
        return Loader.loadProperties(preset, Loader.loadProperties(), true);
    }

    private static List<URL> included(Map<Class<?>, ClassProperties> presets, String name) {
        return presets.entrySet().stream()
                .flatMap(each -> Stream.of(Loader.findLibrary(each.getKey(), each.getValue(), name)))
                .toList();
    }

    /** What JavaCPP has looked for: a library that was found nowhere is left out, and one not looked for yet may be the system's. */
    @SuppressWarnings("unchecked")
    private static Map<String, URL[]> found() {
        try {
            Field field = Loader.class.getDeclaredField("foundLibraries");
            field.setAccessible(true);
            return (Map<String, URL[]>) field.get(null);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("this is another JavaCPP than Nextscale was made with", e);
        }
    }
}
