package org.nextscale.launcher.program;

import java.nio.file.Path;
import java.util.Objects;

/**
 * One jar of a plugin folder, and what became of it.
 *
 * @param file the jar
 * @param name the plugin's symbolic name, or the file's name where the jar does not say
 * @param version the plugin's version, {@code ""} where the jar does not say
 * @param state whether it runs
 * @param reason why it was refused, or whom its libraries are for: one line that reads on from "plugin x.jar"; {@code ""}
 *     for an active one
 */
public record InstalledPlugin(Path file, String name, String version, State state, String reason) {

    /** Whether a plugin runs. */
    public enum State {
        /** Installed and started: its services are there. */
        ACTIVE,
        /** Not a bundle, but native libraries for one; {@link InstalledPlugin#reason()} says for which. */
        LIBRARIES,
        /** Not running; {@link InstalledPlugin#reason()} says why. */
        REFUSED
    }

    /** Checks that nothing is null. */
    public InstalledPlugin {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(reason, "reason");
    }
}
