package org.nextscale.launcher;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.ToIntFunction;

/**
 * The distribution without a framework: all jars of {@code bundles/} and the plugin folders in one class loader, the
 * command line found by {@link ServiceLoader}. Plugins are read once, and must suit the api they find.
 */
final class FlatClassPath {

    private FlatClassPath() {}

    static int run(Installation installation, String[] arguments) throws Exception {
        List<URL> jars = new ArrayList<>();
        for (Path bundle : installation.bundles()) {
            jars.add(bundle.toUri().toURL());
        }
        for (Path folder : installation.pluginFolders()) {
            addJars(folder, jars);
        }
        try (URLClassLoader loader =
                new URLClassLoader("nextscale", jars.toArray(URL[]::new), Main.class.getClassLoader())) {
            Thread.currentThread().setContextClassLoader(loader);
            return commandLine(loader).applyAsInt(arguments);
        }
    }

    @SuppressWarnings("unchecked") // the contract of the service file: it takes the arguments
    private static ToIntFunction<String[]> commandLine(ClassLoader loader) throws LaunchException {
        for (ToIntFunction<?> candidate : ServiceLoader.load(ToIntFunction.class, loader)) {
            return (ToIntFunction<String[]>) candidate;
        }
        throw new LaunchException("no command line in bundles/: the distribution is incomplete");
    }

    private static void addJars(Path folder, List<URL> jars) throws IOException {
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*.jar")) {
                for (Path jar : entries) {
                    jars.add(jar.toUri().toURL());
                }
            }
        }
    }
}
