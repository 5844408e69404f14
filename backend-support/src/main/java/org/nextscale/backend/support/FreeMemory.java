package org.nextscale.backend.support;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Memory that can still be used without swapping. On Linux the kernel's own estimate ({@code MemAvailable}), and what is
 * left below the limits of this process's control groups (versions 1 and 2), whichever is less; file caches count as free.
 * Elsewhere what the Java VM knows.
 */
final class FreeMemory {
    private static final Path ROOT = Path.of("/");
    private static final long KIBI = 1024;

    private final Path system;

    private FreeMemory(Path system) {
        this.system = system;
    }

    static OptionalLong now() {
        try {
            OptionalLong onLinux = onLinux(ROOT);
            return onLinux.isPresent() ? onLinux : elsewhere();
        } catch (RuntimeException | LinkageError e) {
            return OptionalLong.empty();
        }
    }

    /** @param root of the file system, for tests of another machine's files */
    static OptionalLong onLinux(Path root) {
        FreeMemory memory = new FreeMemory(root.resolve("sys/fs/cgroup"));
        OptionalLong available = lines(root.resolve("proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemAvailable:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIBI)
                .findFirst();
        if (available.isEmpty()) {
            return available;
        }
        long free = available.getAsLong();
        for (String line : lines(root.resolve("proc/self/cgroup"))) {
            // hierarchy:controllers:path
            String[] fields = line.split(":", 3);
            if (fields.length == 3 && fields[1].isEmpty()) {
                free = Math.min(free, memory.below(memory.system, fields[2], Limit.V2));
            } else if (fields.length == 3 && List.of(fields[1].split(",")).contains("memory")) {
                free = Math.min(free, memory.below(memory.system.resolve("memory"), fields[2], Limit.V1));
            }
        }
        return OptionalLong.of(Math.max(0, free));
    }

    /** Files of a control group, and what its statistics call file pages that nobody has used lately. */
    private enum Limit {
        V1("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file "),
        V2("memory.max", "memory.current", "inactive_file ");

        final String limit;
        final String used;
        final String reclaimable;

        Limit(String limit, String used, String reclaimable) {
            this.limit = limit;
            this.used = used;
            this.reclaimable = reclaimable;
        }
    }

    /** What is left in a group and those above it; a container sees its own group at the top. */
    private long below(Path top, String path, Limit files) {
        long free = Long.MAX_VALUE;
        Path group = top.resolve(path.replaceFirst("^/+", "")).normalize();
        while (group.startsWith(top)) {
            free = Math.min(free, left(group, files));
            group = group.getParent();
        }
        return free;
    }

    private static long left(Path group, Limit files) {
        Optional<Long> limit = number(group.resolve(files.limit));
        Optional<Long> used = number(group.resolve(files.used));
        if (limit.isEmpty() || used.isEmpty()) {
            return Long.MAX_VALUE;
        }
        long reclaimable = lines(group.resolve("memory.stat")).stream()
                .filter(line -> line.startsWith(files.reclaimable))
                .mapToLong(line -> Long.parseLong(
                        line.substring(files.reclaimable.length()).strip()))
                .findFirst()
                .orElse(0);
        return limit.get() - Math.max(0, used.get() - reclaimable);
    }

    /** A file's only number; empty for {@code max}, or where there is no such file. */
    private static Optional<Long> number(Path file) {
        return lines(file).stream()
                .filter(line -> line.matches("\\d{1,18}|\\d{19}"))
                .map(Long::parseLong)
                .findFirst();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** What macOS calls free leaves out its large file cache, so that all of the memory counts there. */
    private static OptionalLong elsewhere() {
        boolean mac = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac");
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? OptionalLong.of(mac ? system.getTotalMemorySize() : system.getFreeMemorySize())
                : OptionalLong.empty();
    }
}
