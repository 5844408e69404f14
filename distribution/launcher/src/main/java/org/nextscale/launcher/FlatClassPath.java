package org.nextscale.launcher;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.jar.JarFile;
import org.nextscale.launcher.program.InstalledPlugin;
import org.nextscale.launcher.program.LaunchedProgram;

/**
 * The distribution without a framework: all jars of {@code bundles/} and the plugin folders in one class loader, sorted by name,
 * the program found by {@link ServiceLoader}. Plugins are read once, and must suit the api they find.
 *
 * <p>Two jars that bring JavaCPP cannot be on one class path: ND4J and libtorch each need their own version of it, and the
 * second would find the first's classes. Only the first such jar is taken.
 */
final class FlatClassPath {
    private static final String JAVACPP = "org/bytedeco/javacpp/Loader.class";

    private FlatClassPath() {}

    static int run(Installation installation, String[] arguments) throws IOException, LaunchException {
        List<Path> files = new ArrayList<>(installation.bundles());
        List<Path> plugins = installation.plugins();
        files.addAll(plugins);
        List<Path> leftOut =
                files.stream().filter(FlatClassPath::bringsJavaCpp).skip(1).toList();
        List<URL> jars = new ArrayList<>();
        for (Path file : files) {
            if (!leftOut.contains(file)) {
                jars.add(file.toUri().toURL());
            }
        }
        List<InstalledPlugin> installed = files.stream()
                .filter(file -> plugins.contains(file) || leftOut.contains(file))
                .map(file -> plugin(file, leftOut.contains(file)))
                .toList();
        try (URLClassLoader loader =
                new URLClassLoader("nextscale", jars.toArray(URL[]::new), Main.class.getClassLoader())) {
            Thread.currentThread().setContextClassLoader(loader);
            return program(loader).run(arguments, new ProcessLaunch(() -> installed));
        }
    }

    private static LaunchedProgram program(ClassLoader loader) throws LaunchException {
        for (LaunchedProgram candidate : ServiceLoader.load(LaunchedProgram.class, loader)) {
            return candidate;
        }
        throw new LaunchException("no command line in bundles/: the distribution is incomplete");
    }

    private static InstalledPlugin plugin(Path file, boolean leftOut) {
        return new InstalledPlugin(
                file,
                file.getFileName().toString(),
                "",
                leftOut ? InstalledPlugin.State.REFUSED : InstalledPlugin.State.ACTIVE,
                leftOut
                        ? "is left out: another jar on the class path brings JavaCPP in another version; without"
                                + " --classpath there is room for both"
                        : "");
    }

    private static boolean bringsJavaCpp(Path file) {
        try (JarFile jar = new JarFile(file.toFile())) {
            return jar.getEntry(JAVACPP) != null;
        } catch (IOException e) {
            return false; // a class path passes over what is no jar
        }
    }
}
