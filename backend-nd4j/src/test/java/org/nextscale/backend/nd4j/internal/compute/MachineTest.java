package org.nextscale.backend.nd4j.internal.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MachineTest {
    private static final Set<String> AVX2 = Set.of("sse2", "avx2", "fma");
    private static final Set<String> AVX512 =
            Set.of("sse2", "avx2", "fma", "avx512f", "avx512bw", "avx512dq", "avx512vl");

    @Test
    void namesPlatformsAsJavaCppDoes() {
        assertEquals("linux-x86_64", Machine.platform("Linux", "amd64"));
        assertEquals("macosx-arm64", Machine.platform("Mac OS X", "aarch64"));
        assertEquals("windows-x86_64", Machine.platform("Windows 11", "amd64"));
        assertEquals("", Machine.platform("Linux", "s390x"));
        assertEquals("", Machine.platform("Plan 9", "amd64"));
    }

    @Test
    void readsTheProcessorsFlags() {
        List<String> cpuInfo = List.of("processor\t: 0", "flags\t\t: sse2 avx2  fma", "", "flags\t\t: sse2");
        assertEquals(AVX2, Machine.features(cpuInfo));
        assertEquals(Set.of(), Machine.features(List.of("nothing known")));
    }

    @Test
    void prefersTheBuildForTheWidestVectors() {
        assertEquals(
                List.of("-onednn-avx512", "-onednn-avx2", "-onednn", ""),
                new Machine("linux-x86_64", AVX512).variants());
        assertEquals(List.of("-onednn-avx2", "-onednn", ""), new Machine("linux-x86_64", AVX2).variants());
        assertEquals(List.of("-onednn", ""), new Machine("linux-x86_64", Set.of()).variants());
        assertEquals("AVX-512", new Machine("linux-x86_64", AVX512).instructions());
    }

    @Test
    void takesTheBestBuildThatIsThere() {
        Machine machine = new Machine("linux-x86_64", AVX512);
        assertEquals(Optional.of("-onednn-avx512"), machine.bestVariant(carrying("-onednn", "-onednn-avx512")));
        assertEquals(Optional.of("-onednn"), machine.bestVariant(carrying("-onednn", "")));
        assertEquals(
                Optional.of("-onednn"),
                new Machine("linux-x86_64", Set.of()).bestVariant(carrying("-onednn-avx512", "-onednn")));
        assertEquals(Optional.empty(), machine.bestVariant(carrying()));
        assertEquals(Optional.empty(), new Machine("", Set.of()).bestVariant(carrying("")));
    }

    private static ClassLoader carrying(String... variants) {
        List<String> folders = List.of(variants).stream()
                .map(variant -> "/linux-x86_64" + variant + "/")
                .toList();
        return new ClassLoader(null) {
            @Override
            public URL getResource(String name) {
                try {
                    return folders.stream().anyMatch(name::contains)
                            ? URI.create("file:/" + name).toURL()
                            : null;
                } catch (MalformedURLException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
    }

    @Test
    void thisMachineHasABuild() {
        assertEquals(
                true, Machine.current().bestVariant(getClass().getClassLoader()).isPresent());
    }
}
