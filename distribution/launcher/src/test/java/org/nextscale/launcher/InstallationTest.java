package org.nextscale.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {
    @TempDir
    Path home;

    @Test
    void pluginsAreSortedByNameFolderByFolder() throws Exception {
        for (String file : List.of("z/b.jar", "z/c.jar", "z/a.jar", "a/e.jar", "a/d.jar", "a/README.txt", "a/f.zip")) {
            Files.createDirectories(home.resolve(file).getParent());
            Files.createFile(home.resolve(file));
        }
        Installation installation = new Installation(
                home, List.of(home.resolve("z"), home.resolve("nowhere"), home.resolve("a"), home.resolve("z")));
        assertEquals(
                List.of("z/a.jar", "z/b.jar", "z/c.jar", "a/d.jar", "a/e.jar"),
                installation.plugins().stream()
                        .map(file -> home.relativize(file).toString().replace('\\', '/'))
                        .toList());
    }

    @Test
    void pathsDoNotDependOnTheWorkingDirectory() {
        Installation installation = Installation.at(Path.of("somewhere/../here"));
        assertEquals(Path.of("here").toAbsolutePath(), installation.home());
        assertEquals(List.of(Path.of("here/plugins").toAbsolutePath()), installation.pluginFolders());
    }

    @Test
    void aFolderWithoutBundlesIsNoInstallation() throws IOException {
        Installation installation = Installation.at(home);
        LaunchException e = assertThrows(LaunchException.class, installation::bundles);
        assertTrue(e.getMessage().startsWith("no Nextscale distribution in " + home), e.getMessage());
    }
}
