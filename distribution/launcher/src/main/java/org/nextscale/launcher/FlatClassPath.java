package org.nextscale.launcher;

import java.io.File;
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
import java.util.jar.JarFile;
import java.util.stream.Collectors;

/**
 * The distribution without a framework: all jars of {@code bundles/} and the plugin folders in one class loader, the
 * command line found by {@link ServiceLoader}. Plugins are read once, and must suit the api they find.
 *
 * <p>Two jars that bring JavaCPP cannot be on one class path: ND4J and libtorch each need their own version of it, and the
 * second would find the first's classes. Only the first such jar is taken.
 */
final class FlatClassPath {
    private static final String JAVACPP = "org/bytedeco/javacpp/Loader.class";

    /** Where the command line finds the jars that were not taken, joined as in a class path. */
    private static final String LEFT_OUT = "nextscale.classpath.leftout";

    private FlatClassPath() {}

    static int run(Installation installation, String[] arguments) throws Exception {
        List<Path> files = new ArrayList<>(installation.bundles());
        for (Path folder : installation.pluginFolders()) {
            addJars(folder, files);
        }
        List<URL> jars = new ArrayList<>();
        for (Path file : takeOneJavaCpp(files)) {
            jars.add(file.toUri().toURL());
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

    private static List<Path> takeOneJavaCpp(List<Path> files) {
        List<Path> others =
                files.stream().filter(FlatClassPath::bringsJavaCpp).skip(1).toList();
        System.setProperty(
                LEFT_OUT, others.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
        return files.stream().filter(file -> !others.contains(file)).toList();
    }

    private static boolean bringsJavaCpp(Path file) {
        try (JarFile jar = new JarFile(file.toFile())) {
            return jar.getEntry(JAVACPP) != null;
        } catch (IOException e) {
            return false; // a class path passes over what is no jar
        }
    }

    private static void addJars(Path folder, List<Path> jars) throws IOException {
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*.jar")) {
                for (Path jar : entries) {
                    jars.add(jar);
                }
            }
        }
    }
}
