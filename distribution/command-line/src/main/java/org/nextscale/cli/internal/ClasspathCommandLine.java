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
import org.nextscale.api.engine.Nextscale;
import org.nextscale.cli.internal.session.PluginStatus;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.launcher.program.InstalledPlugin;
import org.nextscale.launcher.program.Launch;
import org.nextscale.launcher.program.LaunchedProgram;

/** The command line on a plain class path, found through {@code META-INF/services}. */
public final class ClasspathCommandLine implements LaunchedProgram {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    @Override
    public int run(String[] arguments, Launch launch) {
        ClassLoader loader = loader();
        return Program.run(
                Session.ofProcess(() -> Nextscale.engine(loader), () -> jars(loader, launch), launch), arguments);
    }

    /** The same program without a launcher, for an IDE. */
    public static void main(String[] arguments) {
        System.exit(new ClasspathCommandLine().run(arguments, new Launch() {
            @Override
            public List<InstalledPlugin> plugins() {
                return List.of();
            }

            @Override
            public void needToStop(int seconds) {
                // Nobody waits.
            }
        }));
    }

    private static ClassLoader loader() {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        return loader == null ? ClasspathCommandLine.class.getClassLoader() : loader;
    }

    /** On a class path every jar is equal: they are listed by file, with those that the launcher kept off it. */
    private static List<PluginStatus> jars(ClassLoader loader, Launch launch) {
        List<PluginStatus> jars = new ArrayList<>();
        try {
            for (URL manifest : Collections.list(loader.getResources(MANIFEST))) {
                String location = location(manifest);
                jars.add(new PluginStatus(name(location), "", true, "", location, false));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the class path cannot be listed: " + e.getMessage(), e);
        }
        launch.plugins().stream()
                .filter(plugin -> plugin.state() == InstalledPlugin.State.REFUSED)
                .map(PluginStatus::of)
                .forEach(jars::add);
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
