package org.nextscale.cli.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UserFoldersTest {
    private static final String USER_HOME = "user.home";

    private final String home = System.getProperty(USER_HOME);

    @AfterEach
    void homeAgain() {
        System.setProperty(USER_HOME, home);
    }

    @Test
    void theSpecificationsVariableGoesFirstIfItIsAbsolute() {
        assertEquals(
                Optional.of(Path.of("/x/nextscale")), UserFolders.state(Map.of("XDG_STATE_HOME", "/x", "HOME", "/h")));
        assertEquals(
                Optional.of(Path.of(home, ".local/state/nextscale")),
                UserFolders.state(Map.of("XDG_STATE_HOME", "x", "HOME", "/h")));
    }

    @Test
    void aUserInNoListOfUsersHasTheHomeOfTheEnvironmentOrNone() {
        System.setProperty(USER_HOME, "?");

        assertEquals(Optional.of(Path.of("/h/.config/nextscale")), UserFolders.configuration(Map.of("HOME", "/h")));
        assertEquals(Optional.empty(), UserFolders.configuration(Map.of()));
    }
}
