package org.nextscale.launcher;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folders of an unpacked distribution.
 *
 * @param home the folder that holds {@code lib}, {@code bundles} and {@code plugins}
 * @param pluginFolders the folders that plugins are dropped into; they need not exist
 */
public record Installation(Path home, List<Path> pluginFolders) {

    /** System property that names the folder: it may be given to the program, and is set by it for what it starts. */
    static final String HOME = "nextscale.home";

    /** Makes the paths absolute, so that a later change of the working directory does not matter. */
    public Installation {
        home = home.toAbsolutePath().normalize();
        pluginFolders = pluginFolders.stream()
                .map(folder -> folder.toAbsolutePath().normalize())
                .distinct()
                .toList();
    }

    /** The distribution at {@code home} with its own plugin folder only. */
    public static Installation at(Path home) {
        return new Installation(home, List.of(home.resolve("plugins")));
    }

    /**
     * The distribution that this program was started from: the system property {@code nextscale.home}, or the folder
     * above the launcher's jar. Folders in the environment variable {@code NEXTSCALE_PLUGINS} are plugin folders too.
     */
    static Installation ofThisProgram() throws LaunchException {
        String property = System.getProperty(HOME);
        Path home = property != null ? Path.of(property) : folderAboveJar();
        List<Path> plugins = new ArrayList<>(List.of(home.resolve("plugins")));
        String more = System.getenv("NEXTSCALE_PLUGINS");
        if (more != null) {
            Stream.of(more.split(File.pathSeparator))
                    .filter(folder -> !folder.isBlank())
                    .map(Path::of)
                    .forEach(plugins::add);
        }
        return new Installation(home, plugins);
    }

    /** The jars in {@code bundles/}, sorted by name. */
    List<Path> bundles() throws LaunchException {
        Path folder = home.resolve("bundles");
        try {
            return jars(folder);
        } catch (IOException e) {
            throw new LaunchException("no Nextscale distribution in " + home + ": cannot read " + folder, e);
        }
    }

    /** The jars in the plugin folders, folder by folder, sorted by name: the same on every system. */
    List<Path> plugins() throws LaunchException {
        List<Path> plugins = new ArrayList<>();
        for (Path folder : pluginFolders) {
            if (Files.isDirectory(folder)) {
                try {
                    plugins.addAll(jars(folder));
                } catch (IOException e) {
                    throw new LaunchException("plugin folder " + folder + " cannot be read: " + e.getMessage(), e);
                }
            }
        }
        return plugins;
    }

    private static List<Path> jars(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
            jars.forEach(found::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(found);
        return found;
    }

    private static Path folderAboveJar() throws LaunchException {
        try {
            Path jar = Path.of(Installation.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return jar.getParent().getParent();
        } catch (URISyntaxException e) {
            throw new LaunchException("cannot tell where Nextscale is installed: set -Dnextscale.home", e);
        }
    }
}
