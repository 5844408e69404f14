package org.nextscale.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.distribution.Distribution.Outcome;

/** A person with a folder of images by class gets to generated images by the commands of the documentation. */
class TrainingIT {
    private static final int STOPPED = 128 + 2;
    /** A build in the background, or under nohup, ignores Ctrl-C, and what it starts would too. */
    private static final String HEARS_CTRL_C =
            "hears=; env --default-signal=INT true 2> /dev/null && hears='env --default-signal=INT'; exec $hears ";

    /** libtorch is unpacked on first use. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final List<Process> started = new ArrayList<>();

    @TempDir
    Path folder;

    private TrainingPage page;

    @BeforeEach
    void prepare() throws IOException {
        page = TrainingPage.read();
        TrainingSet.write(folder.resolve("photos"));
        for (Map.Entry<String, String> file : page.files().entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
    }

    @Test
    void thePageOfTheDocumentationLeadsToImages() throws Exception {
        assertEquals(3, page.commands().size(), page::toString);
        assertEquals(2, page.files().size(), page::toString);
        for (String command : page.commands()) {
            Outcome outcome = run(page.tiny(command));
            assertEquals(0, outcome.exitCode(), () -> command + ": " + outcome);
            assertTrue(outcome.err().lines().allMatch(TrainingIT::isOurs), () -> command + ": " + outcome.err());
        }
        for (String run : List.of("tokenizer", "photos")) {
            assertTrue(Files.isRegularFile(folder.resolve("runs/" + run + "/run.json")), run);
            assertTrue(Files.size(folder.resolve("runs/" + run + "/curves.png")) > 0, run);
        }
        assertEquals(
                2 * TrainingSet.SIDE + 2,
                ImageIO.read(folder.resolve("cats.png").toFile()).getWidth(),
                "four in two columns");
        String further = "nextscale fine-tune runs/photos/model --data photos --out runs/tuned --steps 1 --batch 4";
        Outcome tuned = run(further);
        assertEquals(0, tuned.exitCode(), tuned::toString);
        Outcome inspected = run("nextscale model inspect runs/tuned/model");
        assertTrue(inspected.out().contains("cat") && inspected.out().contains("dog"), inspected::toString);
    }

    @Test
    void controlCLeavesACheckpointThatTheRunGoesOnFrom() throws Exception {
        String command = page.tiny("nextscale train tokenizer --data photos --out run");
        Path said = folder.resolve("said.txt");
        Process process = start(command + " --steps 100000", said, said);
        Eventually.holds(PATIENCE, () -> read(said).contains("step "), () -> read(said));
        interrupt(process);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "ends");
        assertEquals(STOPPED, process.exitValue(), () -> read(said));
        assertTrue(read(said).contains("nextscale: stopped after step "), () -> read(said));
        assertTrue(
                read(said).contains("nextscale train tokenizer --out run --resume goes on from there"),
                () -> read(said));
        Process again = start("nextscale train tokenizer --out run --resume", said, said);
        Eventually.holds(PATIENCE, () -> read(said).contains("step "), () -> read(said));
        assertFalse(read(said).contains("step 1/"), () -> read(said));
        interrupt(again);
        assertTrue(again.waitFor(60, TimeUnit.SECONDS), "ends");
    }

    /** What a failed test leaves behind would train for hours. */
    @AfterEach
    void nothingGoesOn() {
        started.forEach(Process::destroyForcibly);
    }

    /** One that stands in for libtorch's build for GPUs: found in {@code plugins/}, and tried when it is asked for. */
    @Test
    void theGpuJarInPluginsIsTriedAndWhatIsWrongIsSaid() throws Exception {
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        Map<String, String> environment = Map.of(
                "NEXTSCALE_PLUGINS", plugins.toString(),
                "XDG_CACHE_HOME", folder.resolve("cache").toString());
        String[] training = "train classifier --data photos --out run --size 16 --steps 1 --device cuda".split(" ");
        training[3] = folder.resolve("photos").toString();
        training[5] = folder.resolve("run").toString();
        Outcome without = Distribution.run(environment, training);
        assertEquals(1, without.exitCode(), without::toString);
        assertTrue(without.err().contains("-gpu.jar into plugins/"), without::toString);

        String libraries = "org/bytedeco/pytorch/linux-x86_64-gpu/";
        PluginJar.plain()
                .with(libraries, new byte[0])
                .with(libraries + "libtorch_cuda.so", "not a library".getBytes(StandardCharsets.UTF_8))
                .into(plugins, "pytorch-linux-x86_64-gpu.jar");
        Outcome with = Distribution.run(environment, training);
        assertEquals(1, with.exitCode(), with::toString);
        assertTrue(with.err().contains("libtorch cannot be loaded for GPUs: "), with::toString);
        assertTrue(with.err().contains("libtorch_cuda.so: "), with::toString);
    }

    @Test
    void verifyChecksTrainingBesideBothBackends() throws Exception {
        for (String backend : Distribution.BACKENDS) {
            String set = System.getProperty("nextscale.root") + "/reference-vectors/shared-aln";
            Outcome outcome = run("nextscale verify " + set + " --backend " + backend);
            assertEquals(0, outcome.exitCode(), outcome::toString);
            assertTrue(outcome.out().contains("transformer.after_step1.head.weight"), outcome::toString);
        }
    }

    @Test
    void onOneClassPathNd4jComesFirstAndTheReasonIsSaid() throws Exception {
        Outcome outcome = run("nextscale --classpath train tokenizer --data photos --out run");
        assertEquals(2, outcome.exitCode(), outcome::toString);
        assertTrue(
                outcome.err()
                        .matches(
                                "nextscale: no trainer is plugged in: nextscale-training-\\S+\\.jar is left out: another jar on"
                                        + " the class path brings JavaCPP in another version; without --classpath there is room for"
                                        + " both\\R"),
                outcome::toString);
        Outcome plugins = run("nextscale --classpath plugins");
        assertTrue(plugins.out().contains("REFUSED  nextscale-training-"), plugins::toString);
    }

    private Outcome run(String command) throws Exception {
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        Process process = start(command, out, err);
        assertTrue(process.waitFor(180, TimeUnit.SECONDS), () -> "ends: " + command + read(out) + read(err));
        return new Outcome(process.exitValue(), read(out), read(err));
    }

    /** The command line as it would be typed, in the folder. */
    private Process start(String command, Path out, Path err) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", HEARS_CTRL_C + command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        Map<String, String> environment = builder.environment();
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("PATH", Distribution.HOME.resolve("bin") + ":" + environment.get("PATH"));
        Process process = builder.start();
        started.add(process);
        return process;
    }

    /** Native libraries have nothing to say. */
    private static boolean isOurs(String line) {
        return line.startsWith("nextscale: ") || line.startsWith("step ");
    }

    private static void interrupt(Process process) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
