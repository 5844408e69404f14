package org.nextscale.launcher;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.jar.JarFile;
import org.nextscale.api.InvalidInputException;
import org.nextscale.launcher.program.LaunchedProgram;
import org.osgi.framework.Constants;

/**
 * The packages that host and bundles share. They are what the build wrote into the jars' own manifests, with their
 * versions: nothing here can disagree with the classes.
 */
final class SharedPackages {

    private SharedPackages() {}

    /** Returns the api's and the launcher's exported packages, as the framework's configuration wants them. */
    static String asHeader() throws LaunchException {
        return exportsOf(InvalidInputException.class) + "," + exportsOf(LaunchedProgram.class);
    }

    private static String exportsOf(Class<?> type) throws LaunchException {
        try {
            Path location = Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
            try (JarFile jar = new JarFile(location.toFile())) {
                String exports = jar.getManifest().getMainAttributes().getValue(Constants.EXPORT_PACKAGE);
                if (exports == null) {
                    throw new LaunchException(location + " exports no package: build it again");
                }
                return exports;
            }
        } catch (IOException | URISyntaxException e) {
            throw new LaunchException("cannot read the manifest of the jar that holds " + type.getName(), e);
        }
    }
}
