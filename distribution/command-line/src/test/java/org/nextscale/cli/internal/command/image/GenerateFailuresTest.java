package org.nextscale.cli.internal.command.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.cli.internal.Trial;
import org.nextscale.cli.internal.fake.FakeBackendProvider;
import org.nextscale.cli.internal.session.ExitCode;

/** What {@code generate} says when it cannot, and what it leaves behind. */
class GenerateFailuresTest {
    @TempDir
    static Path shared;

    private static Trial trial;

    @TempDir
    Path folder;

    @BeforeAll
    static void prepare() {
        trial = new Trial(shared);
    }

    @AfterEach
    void nothingStaysOpen() {
        FakeBackendProvider.atEveryScale = () -> {};
        assertEquals(0, FakeBackendProvider.open());
    }

    @Test
    void wrongInputIsSaidInOneLineBeforeAnyWork() throws IOException {
        String file = folder.resolve("x.png").toString();
        refused("say what to show", "generate");
        refused("there is no class \"boat\"; the nearest are", "generate", "--class", "boat", "--out", file);
        refused("there is no class 10", "generate", "--class", "10", "--out", file);
        refused("could be any of summer dress (5), evening dress (6)", "generate", "--class", "0,dress", "--out", file);
        refused("there is no model 'x'", "generate", "--class", "0", "--model", "x");
        refused("there is no backend 'cuda'", "generate", "--class", "0", "--backend", "cuda", "--out", file);
        refused("backend fake has no parameter x", "generate", "--class", "0", "--backend", "fake:x=1", "--out", file);
        refused("there is no sampler 'x'; there is greedy, multinomial", "generate", "--class", "0", "--sampler", "x");
        refused("--steps: sampler multinomial has no such parameter", "generate", "--class", "0", "--steps", "2");
        refused("add --sampler quirky", "generate", "--class", "0", "--steps", "2");
        refused("top-p is '3', must be a number in 0..1", "generate", "--class", "0", "--top-p", "3");
        refused(
                "--cfg: sampler multinomial and guidance none have",
                "generate",
                "--class",
                "0",
                "--guidance",
                "none",
                "--cfg",
                "2");
        refused("--smooth means --sampler smooth", "generate", "--class", "0", "--smooth", "--sampler", "greedy");
        refused("-n is 0", "generate", "--class", "0", "-n", "0");
        refused("'x' is not a whole number", "generate", "--class", "0", "--seed", "x");
        refused("there is no option --clas, did you mean --class?", "generate", "--clas", "0");
        refused(
                "'boot' is one word too many: what to show is said with --class",
                "generate",
                "--class",
                "ankle",
                "boot");
        refused(
                "does not exist",
                "generate",
                "--class",
                "0",
                "--out",
                folder.resolve("no/x.png").toString());
        refused(
                "images are written as PNG",
                "generate",
                "--class",
                "0",
                "--out",
                folder.resolve("x.jpg").toString());
        refused("--grid and --scales", "generate", "--class", "0", "--grid", "--scales");
        refused("must be in 1..64", "generate", "--class", "0", "--zoom", "0");
        refused(
                "no.png does not exist",
                "generate",
                "--like",
                folder.resolve("no.png").toString());
        refused("there is no option --class before the command, such as nextscale generate --class", "--class", "0");
        assertEquals(List.of(), names(folder));
    }

    @Test
    void aFailingBackendIsAFailureNotAMistakeOfTheUser() {
        String file = folder.resolve("x.png").toString();
        String said = trial.run("generate", "--class", "0", "--backend", "fake:broken=true", "--out", file)
                .failed(ExitCode.FAILURE);
        assertEquals("nextscale: backend fake failed to open: the fake backend is broken, as asked for", said);
    }

    @Test
    void aThrowingPluginFailsTheRequestInOneLine() throws IOException {
        String file = folder.resolve("x.png").toString();
        String said = trial.run("generate", "--class", "0", "--sampler", "quirky", "--wild", "--out", file)
                .failed(ExitCode.FAILURE);
        assertTrue(said.contains("quirky") && said.contains("too wild"), said);
        assertEquals(List.of(), names(folder));
    }

    @Test
    void runningOutOfMemoryIsSaidInOneLine() {
        FakeBackendProvider.atEveryScale = () -> {
            throw new OutOfMemoryError("Java heap space");
        };
        String said = trial.run(
                        "generate",
                        "--class",
                        "0",
                        "--out",
                        folder.resolve("x.png").toString())
                .failed(ExitCode.FAILURE);
        assertTrue(said.contains("not enough memory (Java heap space)"), said);
    }

    @Test
    void anInterruptStopsWithinAScaleAndLeavesWholeFilesOnly() throws IOException {
        AtomicInteger scales = new AtomicInteger();
        FakeBackendProvider.atEveryScale = () -> {
            if (scales.incrementAndGet() == 6) {
                trial.interrupt();
            }
        };
        String said = trial.run("generate", "--class", "bag", "-n", "9", "--batch", "1", "--out", folder.toString())
                .failed(ExitCode.STOPPED);
        assertEquals("nextscale: stopped", said);
        assertEquals(6, scales.get());
        assertEquals(List.of("0000-bag.png"), names(folder));
    }

    private void refused(String words, String... arguments) {
        String said = trial.run(arguments).failed(ExitCode.INPUT);
        assertTrue(said.contains(words), said);
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
