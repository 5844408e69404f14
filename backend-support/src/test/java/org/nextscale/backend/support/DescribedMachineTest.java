package org.nextscale.backend.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.backend.Machine;

class DescribedMachineTest {
    private static final long MEBI = 1 << 20;

    /** Root of another machine's file system. */
    @TempDir
    Path root;

    @Test
    void readsTheProcessorsFlags() {
        List<String> cpuInfo = List.of("processor\t: 0", "flags\t\t: sse2 avx2  fma", "", "flags\t\t: sse2");
        assertEquals(Set.of("sse2", "avx2", "fma"), DescribedMachine.features(cpuInfo));
        assertEquals(Set.of("fp", "asimd"), DescribedMachine.features(List.of("Features\t: fp asimd")));
        assertEquals(Set.of(), DescribedMachine.features(List.of("nothing known")));
    }

    @Test
    void takesTheWidestVectorsThatAreWhole() {
        assertEquals(Vectors.NARROW, Vectors.of(machine("sse2", "avx2")));
        assertEquals(Vectors.AVX2, Vectors.of(machine("avx2", "fma", "avx512f")));
        Machine wide = machine("avx2", "fma", "avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512_vnni");
        assertEquals(Vectors.AVX512, Vectors.of(wide));
        assertTrue(Vectors.multiplyBytes(wide));
        assertFalse(Vectors.multiplyBytes(machine("avx2", "fma")));
    }

    private static Machine machine(String... features) {
        return new DescribedMachine(Set.of(features), OptionalLong.empty());
    }

    @Test
    void freeIsWhatTheKernelCallsAvailable() throws IOException {
        assertEquals(OptionalLong.empty(), FreeMemory.onLinux(root));
        meminfo();
        assertEquals(OptionalLong.of(3000 * MEBI), FreeMemory.onLinux(root));
    }

    @Test
    void theLimitOfAControlGroupCounts() throws IOException {
        meminfo();
        write("proc/self/cgroup", "0::/app/worker\n");
        group("sys/fs/cgroup/app/worker", "max", 700);
        group("sys/fs/cgroup/app", String.valueOf(1000 * MEBI), 800);
        assertEquals(OptionalLong.of(300 * MEBI), FreeMemory.onLinux(root), "100 MB of files can go");
        group("sys/fs/cgroup/app/worker", String.valueOf(700 * MEBI), 900);
        assertEquals(OptionalLong.of(0), FreeMemory.onLinux(root));
    }

    @Test
    void soDoesThatOfAContainerThatSeesItselfAtTheTop() throws IOException {
        meminfo();
        write("proc/self/cgroup", "5:cpu:/\n4:memory:/docker/5fe0\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", 500 * MEBI + "\n");
        write("sys/fs/cgroup/memory/memory.usage_in_bytes", 200 * MEBI + "\n");
        write("sys/fs/cgroup/memory/memory.stat", "inactive_file 0\ntotal_inactive_file " + 50 * MEBI + "\n");
        assertEquals(OptionalLong.of(350 * MEBI), FreeMemory.onLinux(root));
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        assertEquals(OptionalLong.of(3000 * MEBI), FreeMemory.onLinux(root), "no limit");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thisMachineIsKnown() {
        Machine machine = DescribedMachine.current();
        assertFalse(machine.processorFeatures().isEmpty());
        assertTrue(machine.freeMemory().getAsLong() > MEBI);
    }

    private void meminfo() throws IOException {
        write("proc/meminfo", "MemTotal: 8192000 kB\nMemFree: 1000 kB\nMemAvailable:  " + 3000 * 1024 + " kB\n");
    }

    /** A group of version 2 that uses so many MiB, 100 of them for files. */
    private void group(String folder, String limit, long used) throws IOException {
        write(folder + "/memory.max", limit + "\n");
        write(folder + "/memory.current", used * MEBI + "\n");
        write(folder + "/memory.stat", "anon 1\ninactive_file " + 100 * MEBI + "\n");
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
