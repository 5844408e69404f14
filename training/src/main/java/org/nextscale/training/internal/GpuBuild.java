package org.nextscale.training.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.nextscale.api.TrainingException;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * libtorch's libraries for NVIDIA GPUs: the {@code -gpu} jar of the same version from Maven Central, as it is, and perhaps jars with
 * CUDA's own libraries. JavaCPP looks beside its classes alone, where in a container no other jar's content is, so they are
 * unpacked into a folder that it is told of. Touches nothing of JavaCPP. Thread-safe.
 */
@Component(service = GpuBuild.class)
public final class GpuBuild {
    /** What JavaCPP calls the build. */
    static final String EXTENSION = "-gpu";
    /** The library that only this build has, as JavaCPP calls it. */
    static final String LIBRARY = "torch_cuda";
    /** That it was built with. */
    static final String CUDA = "13.1";

    private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");
    private static final String PLATFORM = WINDOWS ? "windows-x86_64" : "linux-x86_64";
    private static final String LIBTORCH = "org/bytedeco/pytorch/" + PLATFORM + EXTENSION + "/";
    private static final List<String> FOLDERS = List.of(LIBTORCH, "org/bytedeco/cuda/" + PLATFORM + "/");
    private static final String VERSION = "META-INF/maven/org.bytedeco/pytorch/pom.properties";
    private static final String LIBRARIES = ".*\\.(so[.0-9]*|dll)";

    /** Jars that the container knows of; on the class path they are found without. */
    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            target = "(nextscale.libraries=org.nextscale.training)")
    private volatile List<Path> libraryJars = List.of();

    /** Whether there is such a jar, of whatever version. */
    boolean isThere() {
        return jars().stream().anyMatch(jar -> holds(jar, LIBTORCH + System.mapLibraryName(LIBRARY)));
    }

    /** The name of the jar that is needed. */
    String jarName() {
        return "pytorch-" + NativeLibraries.VERSION + "-" + PLATFORM + EXTENSION + ".jar";
    }

    private Set<Path> jars() {
        Set<Path> jars = new LinkedHashSet<>(libraryJars);
        try {
            for (String folder : FOLDERS) {
                for (URL each : Collections.list(GpuBuild.class.getClassLoader().getResources(folder))) {
                    URLConnection connection = each.openConnection();
                    if (connection instanceof JarURLConnection jar
                            && jar.getJarFileURL().getProtocol().equals("file")) {
                        jars.add(Path.of(jar.getJarFileURL().toURI()));
                    }
                }
            }
        } catch (IOException | URISyntaxException e) {
            throw new TrainingException("the class path cannot be looked through: " + e.getMessage(), e);
        }
        return jars;
    }

    private static boolean holds(Path file, String entry) {
        try (JarFile jar = new JarFile(file.toFile())) {
            return jar.getEntry(entry) != null;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Makes sure that all libraries are in a folder; those that are there already, by their sizes, stay.
     *
     * @throws TrainingException if a jar is of another version than JavaCPP's classes, or cannot be read, or the folder not written
     */
    void unpack(Path folder) {
        for (Path file : jars()) {
            try (JarFile jar = new JarFile(file.toFile())) {
                Files.createDirectories(folder);
                requireVersion(jar);
                for (JarEntry entry : Collections.list(jar.entries())) {
                    if (FOLDERS.stream().anyMatch(entry.getName()::startsWith)
                            && entry.getName().matches(LIBRARIES)) {
                        String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
                        unpack(jar, entry, folder.resolve(name));
                    }
                }
            } catch (IOException e) {
                throw new TrainingException(file + " cannot be unpacked to " + folder + ": " + e.getMessage(), e);
            }
        }
    }

    private void requireVersion(JarFile jar) throws IOException {
        JarEntry entry = jar.getJarEntry(VERSION);
        if (entry == null) {
            return;
        }
        Properties properties = new Properties();
        try (InputStream content = jar.getInputStream(entry)) {
            properties.load(content);
        }
        String found = properties.getProperty("version");
        if (!NativeLibraries.VERSION.equals(found)) {
            throw new TrainingException(
                    jar.getName() + " is of version " + found + ": " + jarName() + " is needed in its place");
        }
    }

    private static void unpack(JarFile jar, JarEntry entry, Path target) throws IOException {
        if (Files.exists(target) && Files.size(target) == entry.getSize()) {
            return;
        }
        Path fresh = Files.createTempFile(target.getParent(), "unpacking", ".tmp");
        try (InputStream content = jar.getInputStream(entry)) {
            Files.copy(content, fresh, StandardCopyOption.REPLACE_EXISTING);
            Files.move(fresh, target, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** Why the library of the build does not load, in the words of the system's loader. */
    String obstacle(Path folder) {
        try {
            System.load(folder.resolve(System.mapLibraryName(LIBRARY)).toString());
            return LIBRARY + " loads by itself, but not where JavaCPP looks";
        } catch (UnsatisfiedLinkError e) {
            return e.getMessage();
        }
    }
}
