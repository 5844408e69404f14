package org.nextscale.training.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.TrainingException;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.training.internal.loop.RunSettings;
import org.nextscale.training.internal.run.ChildJvm;
import org.nextscale.training.internal.torch.Placement;

/**
 * A jar that stands in for libtorch's build for GPUs, in a process of its own: some of its libraries are those for the CPU under
 * the other build's names. The real one was not run.
 */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "the stand-in is made of its libraries")
class GpuBuildTest {
    private static final String CPU = "org/bytedeco/pytorch/linux-x86_64/";
    private static final String GPU = "org/bytedeco/pytorch/linux-x86_64-gpu/";
    private static final String RUNTIME = "org/bytedeco/cuda/linux-x86_64/libstand-in.so.13";
    private static final byte[] RUBBISH = "not a library".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    @Test
    void itsLibrariesComeBeforeThoseForTheCpu() throws IOException {
        byte[] empty = library("libtorch.so");
        Path unpacked = folder.resolve(".cache/nextscale/libtorch-gpu-2.10.0-1.5.13");
        assertEquals(
                List.of(
                        "note libtorch sees no NVIDIA GPU: computing on the CPU",
                        "c10 " + unpacked.resolve("libc10.so"),
                        "torch_cuda " + unpacked.resolve("libtorch_cuda.so"),
                        "of the system []",
                        "sum 3.0"),
                train("2.10.0-1.5.13", "auto", empty));
        assertTrue(Files.exists(unpacked.resolve("libstand-in.so.13")), "CUDA's own library");
    }

    @Test
    void oneThatIsThereAndNotAskedForIsLeftAlone() throws IOException {
        List<String> said = train("2.10.0-1.5.13", "cpu", RUBBISH);
        assertTrue(said.contains("torch_cuda null"), said::toString);
        assertTrue(said.contains("sum 3.0"), said::toString);
        assertTrue(Files.notExists(folder.resolve(".cache/nextscale/libtorch-gpu-2.10.0-1.5.13")));
    }

    @Test
    void whatTheSystemSaysOfALibraryThatDoesNotLoadIsPassedOn() throws IOException {
        String needed = "libtorch_cpu.so";
        String absent = "libcudart.so.99";
        String bytes = new String(library("libtorch.so"), StandardCharsets.ISO_8859_1);
        assertTrue(bytes.contains(needed), "it is built otherwise now");
        List<String> said =
                train("2.10.0-1.5.13", "cuda", bytes.replace(needed, absent).getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(1, said.size(), said::toString);
        assertTrue(said.get(0).startsWith("refused libtorch cannot be loaded for GPUs: "), said::toString);
        assertTrue(said.get(0).contains(absent + ": cannot open shared object file"), said::toString);
    }

    @Test
    void anotherVersionIsRefused() throws IOException {
        List<String> said = train("2.13.0-1.5.14", "auto", RUBBISH);
        assertEquals(1, said.size(), said::toString);
        assertTrue(said.get(0).contains("stand-in.jar is of version 2.13.0-1.5.14"), said::toString);
    }

    /** @param cuda content of the library that only the build for GPUs has */
    private List<String> train(String version, String device, byte[] cuda) throws IOException {
        Path jar = folder.resolve("stand-in.jar");
        Map<String, byte[]> entries = Map.of(
                GPU,
                new byte[0],
                GPU + "libc10.so",
                library("libc10.so"),
                GPU + "libtorch_cuda.so",
                cuda,
                RUNTIME,
                RUBBISH,
                "META-INF/maven/org.bytedeco/pytorch/pom.properties",
                ("version=" + version).getBytes(StandardCharsets.UTF_8));
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            for (String name : entries.keySet()) {
                out.putNextEntry(new JarEntry(name));
                out.write(entries.get(name));
            }
        }
        List<String> options = List.of(
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                // The class path itself is ChildJvm's to give.
                "-Xbootclasspath/a:" + jar,
                "-Dorg.bytedeco.javacpp.canCreateSymbolicLink=false",
                "-Duser.home=" + folder);
        List<String> said = new ArrayList<>();
        try (ChildJvm child = ChildJvm.start(options, Start.class, device)) {
            for (String line = child.line(); line != null; line = child.line()) {
                said.add(line);
            }
        }
        return said;
    }

    /** A process that loads libtorch for a device, and prints what came of it. */
    static final class Start {
        private Start() {}

        public static void main(String[] arguments) {
            ParameterValues values =
                    ParameterValues.of("test", RunSettings.parameters(1), Map.of("device", arguments[0]));
            try (PointerScope scope = new PointerScope()) {
                Placement placement = TorchDevices.start(
                        RunSettings.of(values), new GpuBuild(), line -> System.out.println("note " + line));
                for (String library : List.of("c10", "torch_cuda")) {
                    System.out.println(
                            library + " " + Loader.getLoadedLibraries().get(library));
                }
                // Where CUDA is installed, its libraries are taken from there.
                System.out.println("of the system "
                        + Loader.getLoadedLibraries().values().stream()
                                .filter(path -> path.matches("/(usr|lib).*") && !path.contains("/cuda"))
                                .toList());
                System.out.println(
                        "sum " + placement.of(new float[] {1, 2}, 2).sum().item_double());
            } catch (TrainingException e) {
                System.out.println("refused " + e.getMessage());
            }
        }
    }

    private static byte[] library(String name) throws IOException {
        try (InputStream content = GpuBuildTest.class.getClassLoader().getResourceAsStream(CPU + name)) {
            return content.readAllBytes();
        }
    }
}
