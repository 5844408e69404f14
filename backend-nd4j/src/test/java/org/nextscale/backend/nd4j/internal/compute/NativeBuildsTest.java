package org.nextscale.backend.nd4j.internal.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nextscale.backend.support.DescribedMachine;
import org.nextscale.backend.support.Vectors;

class NativeBuildsTest {
    @Test
    void namesPlatformsAsJavaCppDoes() {
        assertEquals("linux-x86_64", NativeBuilds.platform("Linux", "amd64"));
        assertEquals("macosx-arm64", NativeBuilds.platform("Mac OS X", "aarch64"));
        assertEquals("windows-x86_64", NativeBuilds.platform("Windows 11", "amd64"));
        assertEquals("", NativeBuilds.platform("Linux", "s390x"));
        assertEquals("", NativeBuilds.platform("Plan 9", "amd64"));
    }

    @Test
    void prefersTheBuildForTheWidestVectors() {
        assertEquals(
                List.of("-onednn-avx512", "-onednn-avx2", "-onednn", ""),
                new NativeBuilds("linux-x86_64", Vectors.AVX512).variants());
        assertEquals(List.of("-onednn-avx2", "-onednn", ""), new NativeBuilds("linux-x86_64", Vectors.AVX2).variants());
        assertEquals(List.of("-onednn", ""), new NativeBuilds("linux-x86_64", Vectors.NARROW).variants());
    }

    @Test
    void takesTheBestBuildThatIsThere() {
        NativeBuilds builds = new NativeBuilds("linux-x86_64", Vectors.AVX512);
        assertEquals(Optional.of("-onednn-avx512"), builds.bestVariant(carrying("-onednn", "-onednn-avx512")));
        assertEquals(Optional.of("-onednn"), builds.bestVariant(carrying("-onednn", "")));
        assertEquals(
                Optional.of("-onednn"),
                new NativeBuilds("linux-x86_64", Vectors.NARROW).bestVariant(carrying("-onednn-avx512", "-onednn")));
        assertEquals(Optional.empty(), builds.bestVariant(carrying()));
        assertEquals(Optional.empty(), new NativeBuilds("", Vectors.NARROW).bestVariant(carrying("")));
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
                true,
                NativeBuilds.of(DescribedMachine.current())
                        .bestVariant(getClass().getClassLoader())
                        .isPresent());
    }
}
