package org.nextscale.backend.support;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserCacheTest {
    @TempDir
    private Path home;

    @Test
    void theSpecificationsFolderGoesFirstAndARelativeOneDoesNotCount() {
        String there = home.toString();
        Optional<Path> usual = Optional.of(home.resolve(".cache/nextscale"));

        assertEquals(Optional.of(Path.of("/c/nextscale")), UserCache.place(Map.of("XDG_CACHE_HOME", "/c"), there));
        assertEquals(usual, UserCache.place(Map.of("XDG_CACHE_HOME", "c"), there));
        assertEquals(usual, UserCache.place(Map.of("XDG_CACHE_HOME", " "), there));
        assertEquals(usual, UserCache.place(Map.of(), there));
    }

    @Test
    void aUserInNoListOfUsersHasTheHomeOfTheEnvironment() {
        Map<String, String> environment = Map.of("HOME", home.toString());
        for (String unknown : List.of("?", "", "/nonexistent")) {
            assertEquals(Optional.of(home.resolve(".cache/nextscale")), UserCache.place(environment, unknown), unknown);
        }
        assertEquals(Optional.empty(), UserCache.place(Map.of(), "?"));
        assertEquals(Optional.empty(), UserCache.place(Map.of("HOME", "?"), "?"));
    }

    @Test
    void whatIsThereIsNotUnpackedAgainAndHalfAFileIs() throws IOException {
        Path jar = Files.write(home.resolve("library.so"), new byte[] {1, 2, 3});
        Path target = home.resolve("unpacked.so");
        Files.write(target, new byte[] {1});
        unpack(jar, target);
        assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(target));
        Files.write(target, new byte[] {3, 2, 1});
        unpack(jar, target);
        assertArrayEquals(new byte[] {3, 2, 1}, Files.readAllBytes(target));
        try (Stream<Path> files = Files.list(home)) {
            assertEquals(2, files.count(), "nothing is left beside them");
        }
    }

    private static void unpack(Path from, Path to) throws IOException {
        UserCache.unpack(from.toUri().toURL(), to);
    }
}
