package org.nextscale.launcher.program;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * What the launcher starts. In the container it is a service, on a plain class path it is named in {@code META-INF/services};
 * there is one.
 */
@ConsumerType
public interface LaunchedProgram {
    /**
     * Runs from the arguments to the exit code.
     *
     * @param launch how it was started
     */
    int run(String[] arguments, Launch launch);
}
