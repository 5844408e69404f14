package org.nextscale.cli.internal.session;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where files of this user belong, as the XDG base directory specification has it. They need not exist. */
public final class UserFolders {
    private static final String OURS = "nextscale";

    private UserFolders() {}

    /** For what a person writes: {@code ~/.config/nextscale}; empty for a user without a home. */
    static Optional<Path> configuration(Map<String, String> environment) {
        return folder(environment, "XDG_CONFIG_HOME", ".config");
    }

    /** For what a program remembers: {@code ~/.local/state/nextscale}; empty for a user without a home. */
    public static Optional<Path> state(Map<String, String> environment) {
        return folder(environment, "XDG_STATE_HOME", ".local/state");
    }

    private static Optional<Path> folder(Map<String, String> environment, String variable, String otherwise) {
        return absolute(environment.get(variable))
                .or(() -> home(environment).map(home -> home.resolve(otherwise)))
                .map(base -> base.resolve(OURS));
    }

    /** Java says {@code ?} of a user who is in no list of users, as in many containers; what {@code HOME} says counts then. */
    private static Optional<Path> home(Map<String, String> environment) {
        return absolute(System.getProperty("user.home"))
                .filter(Files::isDirectory)
                .or(() -> absolute(environment.get("HOME")));
    }

    /** The specification wants relative paths ignored. */
    private static Optional<Path> absolute(String said) {
        return Optional.ofNullable(said)
                .filter(path -> !path.isBlank())
                .map(Path::of)
                .filter(Path::isAbsolute);
    }
}
