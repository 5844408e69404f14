package org.nextscale.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;

/**
 * A jar that is no bundle and holds native libraries for one. A bundle asks for such jars with the manifest header
 * {@code Nextscale-Libraries}, a list of folders that its libraries lie in; it finds them as services of type {@link Path}
 * with its symbolic name as the property {@code nextscale.libraries}.
 *
 * @param owner symbolic name of the bundle
 * @param version what the jar says, {@code ""} if nothing
 */
record LibraryJar(Path file, String owner, String version) {
    private static final String HEADER = "Nextscale-Libraries";
    private static final String OWNER = "nextscale.libraries";

    /** What a file is to the bundles that are installed; empty for a bundle, and for a jar that none asks for. */
    static Optional<LibraryJar> of(Path file, BundleContext context) {
        try (JarFile jar = new JarFile(file.toFile())) {
            Attributes manifest = jar.getManifest() == null
                    ? new Attributes()
                    : jar.getManifest().getMainAttributes();
            if (manifest.getValue(Constants.BUNDLE_SYMBOLICNAME) != null) {
                return Optional.empty();
            }
            String version = manifest.getValue(Attributes.Name.IMPLEMENTATION_VERSION);
            return Arrays.stream(context.getBundles())
                    .filter(bundle -> folders(bundle).anyMatch(folder -> holds(jar, folder)))
                    .map(bundle -> new LibraryJar(file, bundle.getSymbolicName(), version == null ? "" : version))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Stream<String> folders(Bundle bundle) {
        String header = bundle.getHeaders("").get(HEADER);
        return header == null ? Stream.empty() : Arrays.stream(header.split("\\s*,\\s*"));
    }

    private static boolean holds(JarFile jar, String folder) {
        return jar.stream().anyMatch(entry -> entry.getName().startsWith(folder));
    }

    /** Offers it to its bundle, until the registration is undone. */
    ServiceRegistration<Path> offer(BundleContext context) {
        return context.registerService(Path.class, file, FrameworkUtil.asDictionary(Map.of(OWNER, owner)));
    }
}
