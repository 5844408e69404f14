package org.nextscale.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.distribution.Distribution.Outcome;

/** The program on machines as people have them: other languages, no locale, no home, little memory, other people's libraries. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "what is odd is set up as on Linux")
class HostsIT {
    private static final String OPTIONS = "NEXTSCALE_JAVA_OPTS";

    @TempDir
    Path folder;

    private static String said(Outcome outcome) {
        return outcome.exitCode() + "\n" + outcome.out() + "\n" + outcome.err();
    }

    private static String succeeded(Outcome outcome) {
        assertEquals(0, outcome.exitCode(), () -> said(outcome));
        return outcome.out();
    }

    /** Requires failure in one line. */
    private static String failed(int exitCode, Outcome outcome) {
        assertEquals(exitCode, outcome.exitCode(), () -> said(outcome));
        assertEquals(1, outcome.err().lines().count(), () -> said(outcome));
        return outcome.err().strip();
    }

    private Outcome generate(Map<String, String> environment, String... more) throws Exception {
        String[] line = {
            "generate", "--class", "9", "--out", folder.resolve("boot.png").toString()
        };
        String[] all = Stream.concat(Stream.of(line), Stream.of(more)).toArray(String[]::new);
        return Distribution.run(environment, all);
    }

    @ParameterizedTest
    @CsvSource({"ar,EG,arab", "fa,IR,arabext", "bn,BD,beng", "my,MM,mymr", "tr,TR,latn"})
    void everyLanguage(String language, String region, String digits) throws Exception {
        String locale =
                "-Duser.language=" + language + " -Duser.country=" + region + " -Duser.extensions=u-nu-" + digits;
        succeeded(Distribution.run(Map.of(OPTIONS, locale), "--version"));
        if (language.equals("ar")) {
            succeeded(generate(Map.of(OPTIONS, locale)));
            succeeded(generate(Map.of(OPTIONS, locale, "NEXTSCALE_CONTAINER", "none")));
        }
    }

    @Test
    void noLocale() throws Exception {
        Map<String, String> plain = Map.of("LC_ALL", "", "LC_CTYPE", "", "LANG", "");
        Path beetle = folder.resolve("K\u00e4fer");
        TrainingSet.write(beetle);
        succeeded(Distribution.run(plain, "evaluate", "pack", beetle.toString(), "--out", beetle + ".npz"));
        succeeded(Distribution.run(plain, "generate", "--class", "9", "--out", beetle + ".png"));
        assertTrue(Files.exists(folder.resolve("K\u00e4fer.png")));
    }

    /** Java says {@code ?} for the home of a user who is in no list of users. */
    @ParameterizedTest
    @ValueSource(strings = {"onnx", "nd4j"})
    void aUserInNoListOfUsers(String backend) throws Exception {
        Path home = Files.createDirectory(folder.resolve("home"));
        succeeded(generate(
                Map.of(OPTIONS, "-Duser.home=?", "HOME", home.toString(), "XDG_CACHE_HOME", ""), "--backend", backend));
        assertTrue(Files.isDirectory(home.resolve(".cache/nextscale")));
        assertFalse(Files.exists(Path.of("?")));
    }

    @Test
    void noHomeThatCanBeWrittenTo() throws Exception {
        Map<String, String> nowhere =
                Map.of(OPTIONS, "-Duser.home=/dev/null", "HOME", "/dev/null", "XDG_CACHE_HOME", "");
        succeeded(generate(nowhere, "--backend", "onnx"));
        String words = failed(1, generate(nowhere, "--backend", "nd4j"));
        assertTrue(words.contains("XDG_CACHE_HOME"), words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", OPTIONS})
    void somebodyElsesCollector(String variable) throws Exception {
        succeeded(Distribution.run(Map.of(variable, "-XX:+UseG1GC"), "--version"));
    }

    /** No report to a maker, no telemetry, no folder of somebody else's. */
    @Test
    void nothingIsLeftBehind() throws Exception {
        Path home = Files.createDirectory(folder.resolve("home"));
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put(OPTIONS, "-Duser.home=" + home + " -Djava.io.tmpdir=" + temporary);
        environment.put("HOME", home.toString());
        environment.put("TMPDIR", temporary.toString());
        environment.put("XDG_CACHE_HOME", "");
        succeeded(generate(environment, "--backend", "onnx"));

        TreeSet<String> left = new TreeSet<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .filter(file -> !file.matches("home/\\.cache/nextscale/onnxruntime-[^/]*/libonnxruntime[^/]*\\.so"))
                    .forEach(left::add);
        }
        assertEquals(new TreeSet<>(List.of("boot.png")), left);
    }

    /** Where the linker looks before it looks beside a library; it says itself which files it loads. */
    @Test
    void otherPeoplesLibraries() throws Exception {
        Path foreign = Files.createDirectory(folder.resolve("foreign"));
        Path harmless = Path.of(System.getProperty("java.home"), "lib", "libjsig.so");
        for (String name : List.of(
                "libtorch_python.so",
                "libtorch.so",
                "libtorch_cpu.so",
                "libc10.so",
                "libgomp.so.1",
                "libmkl_rt.so",
                "libmkl_rt.so.2",
                "libiomp5.so",
                "libgfortran.so",
                "libopenblas.so",
                "libopenblas.so.0",
                "libonnxruntime.so",
                "libonnxruntime.so.1",
                "libonnxruntime4j_jni.so",
                "libjnijavacpp.so",
                "libjnitorch.so",
                "libnd4jcpu.so")) {
            Files.copy(harmless, foreign.resolve(name));
        }
        Path log = folder.resolve("loaded");
        // As at a first run, when nothing is unpacked yet.
        Map<String, String> environment = Map.of(
                "XDG_CACHE_HOME",
                folder.resolve("cache").toString(),
                "LD_LIBRARY_PATH",
                foreign.toString(),
                "LD_DEBUG",
                "files",
                "LD_DEBUG_OUTPUT",
                log.toString());
        for (String backend : Distribution.BACKENDS) {
            succeeded(generate(environment, "--backend", backend));
        }
        Path data = folder.resolve("data");
        TrainingSet.write(data);
        succeeded(Distribution.run(
                environment,
                "train",
                "classifier",
                "--data",
                data.toString(),
                "--out",
                folder.resolve("run").toString(),
                "--size",
                "16",
                "--steps",
                "2"));

        boolean ours = false;
        try (Stream<Path> logs = Files.list(folder)) {
            for (Path each : logs.filter(file -> file.getFileName().toString().startsWith("loaded"))
                    .toList()) {
                String loaded = Files.readString(each, StandardCharsets.ISO_8859_1);
                ours |= loaded.contains("libtorch_cpu.so");
                assertFalse(
                        loaded.contains(foreign.toString()),
                        () -> loaded.lines()
                                .filter(line -> line.contains(foreign.toString()))
                                .findFirst()
                                .orElse(""));
            }
        }
        assertTrue(ours, "the linker said what it loaded");
    }

    @Test
    void fullDisks() throws Exception {
        String words = failed(1, Distribution.run("generate", "--class", "9", "--out", "/dev/full"));
        assertTrue(words.contains("/dev/full"), words);
        words = failed(1, piped("\"$1\" samplers > /dev/full"));
        assertTrue(words.contains("standard output cannot be written to"), words);
    }

    @Test
    void aReaderWhoLeaves() throws Exception {
        Outcome outcome = piped("set -o pipefail; \"$1\" samplers --json | head -c 1 > /dev/null; exit $?");
        assertEquals("", outcome.err());
        assertTrue(outcome.exitCode() == 0 || outcome.exitCode() == 141, () -> said(outcome));
    }

    @Test
    void aPictureInAPipe() throws Exception {
        Path copy = folder.resolve("copy.png");
        Outcome outcome = piped("set -o pipefail; \"$1\" generate --class 9 --out - | cat > " + copy);
        assertEquals(0, outcome.exitCode(), () -> said(outcome));
        assertEquals(32, ImageIO.read(copy.toFile()).getWidth());
    }

    /** @param script in which {@code $1} is the program */
    private static Outcome piped(String script) throws IOException, InterruptedException {
        return Distribution.command(
                Map.of(),
                "bash",
                "-c",
                script,
                "bash",
                Distribution.HOME.resolve("bin/nextscale").toString());
    }

    /** Memory is memory, not damage. */
    @Test
    void littleMemory() throws Exception {
        Path large = folder.resolve("large.png");
        ImageIO.write(new BufferedImage(6000, 6000, BufferedImage.TYPE_3BYTE_BGR), "png", large.toFile());
        String words = failed(
                1,
                Distribution.run(
                        Map.of(OPTIONS, "-Xmx80m"),
                        "edit",
                        "--in",
                        large.toString(),
                        "--box",
                        "0,0,0.5,1",
                        "--out",
                        folder.resolve("x.png").toString()));
        assertTrue(words.contains("not enough memory"), words);
    }

    @Test
    void installedInAFolderWithAnOddName() throws Exception {
        Path odd = folder.resolve("a b#c%20!+\u00e4");
        installed(odd);
        succeeded(run(odd));

        Path colon = Files.move(odd, folder.resolve("a:b"));
        String words = failed(1, run(colon));
        assertTrue(words.contains("a folder with a colon in its name"), words);
    }

    /** The same files under other names. */
    private static void installed(Path target) throws IOException {
        try (Stream<Path> files = Files.walk(Distribution.HOME)) {
            for (Path each : files.toList()) {
                Path other = target.resolve(Distribution.HOME.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(other);
                } else {
                    link(each, other);
                }
            }
        }
    }

    private static void link(Path file, Path other) throws IOException {
        try {
            Files.createLink(other, file);
        } catch (FileSystemException | UnsupportedOperationException e) {
            Files.copy(file, other, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    private Outcome run(Path home) throws IOException, InterruptedException {
        return Distribution.command(
                Map.of(),
                home.resolve("bin/nextscale").toString(),
                "generate",
                "--class",
                "9",
                "--out",
                folder.resolve("boot.png").toString());
    }
}
