package org.nextscale.cli.internal.session;

import java.nio.file.Path;
import java.util.Map;

/** Where files of this user belong, as the XDG base directory specification has it. They need not exist. */
public final class UserFolders {
    private static final String OURS = "nextscale";

    private UserFolders() {}

    /** For what a person writes: {@code ~/.config/nextscale}. */
    static Path configuration(Map<String, String> environment) {
        return folder(environment.get("XDG_CONFIG_HOME"), ".config");
    }

    /** For what a program remembers: {@code ~/.local/state/nextscale}. */
    public static Path state(Map<String, String> environment) {
        return folder(environment.get("XDG_STATE_HOME"), ".local/state");
    }

    private static Path folder(String said, String otherwise) {
        // The specification wants relative paths ignored.
        Path base = said != null && !said.isBlank() && Path.of(said).isAbsolute()
                ? Path.of(said)
                : Path.of(System.getProperty("user.home", "")).resolve(otherwise);
        return base.resolve(OURS);
    }
}
