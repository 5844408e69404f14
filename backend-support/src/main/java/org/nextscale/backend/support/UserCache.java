package org.nextscale.backend.support;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;

/**
 * Where native libraries are unpacked, once for all runs of this user: {@code $XDG_CACHE_HOME/nextscale}, or else {@code
 * ~/.cache/nextscale}. Nobody else can write there, so what is found there is ours. Thread-safe.
 */
public final class UserCache {
    private UserCache() {}

    /**
     * A folder in it, made if need be.
     *
     * @param name with the version of what is put there, so that versions never mix
     * @throws IOException with words, if the user has no such place or it cannot be written to
     */
    public static Path folder(String name) throws IOException {
        Path folder = path(name)
                .orElseThrow(() -> new IOException("this user has no home folder for what is unpacked:"
                        + " set HOME or XDG_CACHE_HOME to a folder that can be written to"));
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new IOException(folder + " cannot be made: set XDG_CACHE_HOME to a folder that can be written to", e);
        }
        if (!Files.isWritable(folder)) {
            throw new IOException(folder + " cannot be written to: set XDG_CACHE_HOME to a folder that can be");
        }
        return folder;
    }

    /** The same folder, which need not be there. */
    public static Optional<Path> path(String name) {
        return place(System.getenv(), System.getProperty("user.home")).map(place -> place.resolve(name));
    }

    /**
     * The place of all these folders, which need not exist. Java says {@code ?} for the home of a user who is in no list of users, as in
     * many containers; what HOME says counts then. Relative paths do not count: the specification wants them ignored.
     */
    static Optional<Path> place(Map<String, String> environment, String userHome) {
        return absolute(environment.get("XDG_CACHE_HOME"))
                .or(() -> absolute(userHome)
                        .filter(Files::isDirectory)
                        .or(() -> absolute(environment.get("HOME")))
                        .map(home -> home.resolve(".cache")))
                .map(base -> base.resolve("nextscale"));
    }

    private static Optional<Path> absolute(String path) {
        try {
            return Optional.ofNullable(path)
                    .filter(said -> !said.isBlank())
                    .map(Path::of)
                    .filter(Path::isAbsolute);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /**
     * Copies a file out of a jar, unless it is there already. Other processes see it whole or not at all.
     *
     * @throws IOException if it cannot be written
     */
    public static void unpack(URL resource, Path target) throws IOException {
        URLConnection connection = resource.openConnection();
        connection.setUseCaches(false);
        long size = connection.getContentLengthLong();
        try (InputStream input = connection.getInputStream()) {
            if (Files.exists(target) && size > 0 && Files.size(target) == size) {
                return;
            }
            Path fresh = Files.createTempFile(target.getParent(), "unpacking", ".tmp");
            try {
                Files.copy(input, fresh, StandardCopyOption.REPLACE_EXISTING);
                move(fresh, target);
            } finally {
                Files.deleteIfExists(fresh);
            }
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
