package org.nextscale.cli.internal;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToIntFunction;
import org.nextscale.engine.Engine;
import org.nextscale.engine.Nextscale;

/** The command line on a plain class path, found through {@code META-INF/services}. */
public final class ClasspathCommandLine implements ToIntFunction<String[]> {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    /** Jars that the launcher kept off the class path, joined as in one. */
    private static final String LEFT_OUT = "nextscale.classpath.leftout";

    @Override
    public int applyAsInt(String[] arguments) {
        ClassLoader loader = loader();
        return Program.run(Session.ofProcess(() -> engine(loader), () -> jars(loader)), arguments);
    }

    /** The same program without a launcher, for an IDE. */
    public static void main(String[] arguments) {
        System.exit(new ClasspathCommandLine().applyAsInt(arguments));
    }

    private static ClassLoader loader() {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        return loader == null ? ClasspathCommandLine.class.getClassLoader() : loader;
    }

    private static Engine engine(ClassLoader loader) {
        return Nextscale.builder().plugins(loader).engine();
    }

    /** On a class path every jar is equal: they are listed by file. */
    private static List<PluginStatus> jars(ClassLoader loader) {
        List<PluginStatus> jars = new ArrayList<>();
        try {
            for (URL manifest : Collections.list(loader.getResources(MANIFEST))) {
                String location = location(manifest);
                jars.add(new PluginStatus(name(location), "", true, "", location, false));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the class path cannot be listed: " + e.getMessage(), e);
        }
        for (String location : System.getProperty(LEFT_OUT, "").split(File.pathSeparator)) {
            if (!location.isEmpty()) {
                String reason = "is left out: another jar on the class path brings JavaCPP in another version; without"
                        + " --classpath there is room for both";
                jars.add(new PluginStatus(name(location), "", false, reason, location, false));
            }
        }
        return jars;
    }

    private static String name(String location) {
        return location.substring(location.lastIndexOf(File.separatorChar) + 1);
    }

    private static String location(URL manifest) {
        String text = manifest.toString();
        int end = text.lastIndexOf("!/");
        if (!text.startsWith("jar:") || end < 0) {
            return text;
        }
        try {
            return Path.of(new URL(text.substring("jar:".length(), end)).toURI())
                    .toString();
        } catch (IOException | URISyntaxException | IllegalArgumentException e) {
            return text;
        }
    }
}
