package org.nextscale.backend.onnx.internal.runtime;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;

/**
 * A jar with ONNX Runtime's native libraries for NVIDIA GPUs: Maven Central's {@code onnxruntime_gpu}, as it is. Only its
 * libraries are used; its classes are those of this backend.
 *
 * @param problem why its libraries cannot be used, to be read after the file's name; empty if nothing speaks against it
 */
public record GpuJar(Path file, Optional<String> problem) {

    /** The first of these jars, or else the one on the class path. */
    public static Optional<GpuJar> find(List<Path> offered, Platform platform) {
        return offered.stream().findFirst().or(() -> onClassPath(platform)).map(jar -> examined(jar, platform));
    }

    private static Optional<Path> onClassPath(Platform platform) {
        URL provider = GpuJar.class.getResource(platform.resource(platform.cudaProvider()));
        try {
            return provider != null && provider.openConnection() instanceof JarURLConnection jar
                    ? Optional.of(Path.of(jar.getJarFileURL().toURI()))
                    : Optional.empty();
        } catch (IOException | URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static GpuJar examined(Path file, Platform platform) {
        try (JarFile jar = new JarFile(file.toFile())) {
            String version = jar.getManifest() == null
                    ? null
                    : jar.getManifest().getMainAttributes().getValue(Attributes.Name.IMPLEMENTATION_VERSION);
            if (!UnpackedLibrary.VERSION.equals(version)) {
                return new GpuJar(
                        file,
                        Optional.of("is of version " + version + ", this backend needs " + UnpackedLibrary.VERSION));
            }
            for (String library : platform.gpuFiles()) {
                if (jar.getEntry(entry(platform, library)) == null) {
                    return new GpuJar(file, Optional.of("has no " + library + " for " + platform.name()));
                }
            }
            return new GpuJar(file, Optional.empty());
        } catch (IOException e) {
            return new GpuJar(file, Optional.of("cannot be read: " + e.getMessage()));
        }
    }

    /** Name of a library's entry in such a jar. */
    static String entry(Platform platform, String library) {
        return platform.resource(library).substring(1);
    }

    public String name() {
        return file.getFileName().toString();
    }
}
