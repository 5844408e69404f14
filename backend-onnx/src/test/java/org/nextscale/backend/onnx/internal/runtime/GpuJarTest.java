package org.nextscale.backend.onnx.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuJarTest {
    private static final Platform LINUX =
            new Platform("linux-x86_64", "linux-x64", List.of("libonnxruntime.so", "libonnxruntime4j_jni.so"));
    private static final Platform WINDOWS =
            new Platform("windows-x86_64", "win-x64", List.of("onnxruntime.dll", "onnxruntime4j_jni.dll"));

    @TempDir
    Path folder;

    @Test
    void needsFourLibraries() {
        assertEquals(
                List.of(
                        "libonnxruntime.so",
                        "libonnxruntime4j_jni.so",
                        "libonnxruntime_providers_shared.so",
                        "libonnxruntime_providers_cuda.so"),
                LINUX.gpuFiles());
        assertEquals("onnxruntime_providers_cuda.dll", WINDOWS.cudaProvider());
    }

    @Test
    void aJarOfThisVersionWithThisPlatformsLibrariesIsFine() throws IOException {
        Path jar = jar("1.28.0", LINUX.gpuFiles());
        assertEquals(Optional.empty(), found(jar, LINUX).problem());
        assertEquals("onnxruntime_gpu.jar", found(jar, LINUX).name());
    }

    @Test
    void aJarThatDoesNotSuitIsRefusedInWords() throws IOException {
        assertEquals(
                Optional.of("is of version 1.27.0, this backend needs 1.28.0"),
                found(jar("1.27.0", LINUX.gpuFiles()), LINUX).problem());
        assertEquals(
                Optional.of("has no onnxruntime.dll for windows-x86_64"),
                found(jar("1.28.0", LINUX.gpuFiles()), WINDOWS).problem());
        Path text = Files.writeString(folder.resolve("text.jar"), "not a jar");
        assertEquals(
                Optional.of("cannot be read: zip END header not found"),
                found(text, LINUX).problem());
    }

    @Test
    void thereIsNoneOnTheClassPathOfTheseTests() {
        assertEquals(Optional.empty(), GpuJar.find(List.of(), LINUX));
    }

    private static GpuJar found(Path jar, Platform platform) {
        return GpuJar.find(List.of(jar), platform).orElseThrow();
    }

    private Path jar(String version, List<String> libraries) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
        Path file = folder.resolve("onnxruntime_gpu.jar");
        try (OutputStream output = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(output, manifest)) {
            for (String library : libraries) {
                jar.putNextEntry(new JarEntry("ai/onnxruntime/native/linux-x64/" + library));
                jar.closeEntry();
            }
        }
        return file;
    }
}
