package org.nextscale.cli.internal.command.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.Nextscale;
import org.nextscale.api.image.RgbImage;
import org.nextscale.api.training.Trainer;
import org.nextscale.cli.internal.Trial;
import org.nextscale.cli.internal.Trial.Outcome;
import org.nextscale.cli.internal.fake.FakeTrainer;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.image.PngFile;

/** {@code train} and {@code fine-tune}, with trainers that learn nothing. */
class TrainCommandTest {
    @TempDir
    static Path shared;

    private static Trial trial;

    @TempDir
    Path folder;

    @BeforeAll
    static void prepare() throws IOException {
        trial = new Trial(shared);
        pictures("photos");
    }

    private static String photos() {
        return shared.resolve("photos").toString();
    }

    private static Path pictures(String name) throws IOException {
        Path pictures = Files.createDirectories(shared.resolve(name));
        PngFile.write(pictures.resolve("0.png"), new RgbImage(1, 1, new byte[3]), Map.of());
        return pictures;
    }

    @AfterEach
    void leaveTrainersAlone() {
        FakeTrainer.atEveryStep = step -> {};
    }

    @Test
    void aRunTakesItsFlagsAndSaysWhatCameOfIt() {
        Outcome outcome = train("--data", photos(), "--steps", "2", "--no-flip", "--channels", "1,2,4");
        assertEquals(ExitCode.OK, outcome.exitCode(), outcome::toString);
        assertTrue(
                outcome.out()
                        .startsWith("wrote " + run() + ": tokenizer, 2 steps, loss 0.167, learning-rate 0.00100, "),
                outcome.out());
        assertEquals(
                List.of(
                        "nextscale: 2 images skipped",
                        "step 1/2, loss 0.333, learning-rate 0.00100, 4.00 steps/s, 250 ms left",
                        "step 2/2, loss 0.167, learning-rate 0.00100, 4.00 steps/s"),
                outcome.err().lines().toList());
        assertEquals(photos(), FakeTrainer.asked.images().description());
        assertEquals(run(), FakeTrainer.asked.out());
        assertFalse(FakeTrainer.asked.resumes());
        assertEquals(
                Map.of(
                        "steps",
                        2L,
                        "flip",
                        false,
                        "channels",
                        "1,2,4",
                        "learning-rate",
                        1e-3,
                        "fails-at",
                        0L,
                        "out",
                        ""),
                FakeTrainer.asked.parameters().asMap());
    }

    @Test
    void whatIsTypedComesBeforeTheFileAndTheFileBeforeDefaults() throws IOException {
        Path config = write("data: " + photos()
                + "\nsteps: 5\nlearning-rate: 1e-4 # as in the paper\nchannels: [1, 2, 4]\nout: " + run() + "\n");
        Outcome outcome = trial.run("train", "tokenizer", "--config", config.toString(), "--steps", "4");
        assertEquals(ExitCode.OK, outcome.exitCode(), outcome::toString);
        assertEquals(photos(), FakeTrainer.asked.images().description());
        assertEquals(4, FakeTrainer.asked.parameters().integer("steps"));
        assertEquals(1e-4, FakeTrainer.asked.parameters().number("learning-rate"));
        assertEquals("1,2,4", FakeTrainer.asked.parameters().text("channels"));
        assertTrue(FakeTrainer.asked.parameters().flag("flip"));
        String others = pictures("others").toString();
        train("--data", others, "--config", config.toString());
        assertEquals(others, FakeTrainer.asked.images().description());
        assertEquals(5, FakeTrainer.asked.parameters().integer("steps"));
    }

    @Test
    void wrongFilesAreSaidWithTheirLine() throws IOException {
        refusedFile(" line 2: there is no setting stepps, did you mean steps?", "flip: true\nstepps: 3\n");
        refusedFile(" line 1: there is no setting ouf, did you mean out?", "ouf: 3\n");
        refusedFile(" line 1: steps is 'many', must be a whole number in 1..1000", "steps: many\n");
        refusedFile(" line 2: steps is said twice", "steps: 1\nsteps: 2\n");
        refusedFile(" line 2: expected a word or a list of words", "steps:\n  inner: 1\n");
        refusedFile(" line 1: expected a word", "channels: [[1], 2]\n");
        refusedFile(" line 1: expected lines of the form name: value", "- steps\n");
        refusedFile(" line 2: is not YAML: ", "steps: 1\n  flip: [\n");
        refusedFile(" line 1: expected a word or a list of words", "steps: *other\n");
        refusedFile("expected no second document", "steps: 1\n---\nsteps: 2\n");
        refusedFile(
                " is larger than settings are: 65536 bytes",
                "steps: 1\n" + "# and so on and so forth\n".repeat(10_000));
        refusedFile("say what to learn from: --data PATH", "# nothing\n");
        refused("nowhere.yaml does not exist", "train", "tokenizer", "--config", "nowhere.yaml");
    }

    private void refusedFile(String words, String yaml) throws IOException {
        Path config = write(yaml);
        String said = train("--config", config.toString()).failed(ExitCode.INPUT);
        assertTrue(said.contains(words), said);
    }

    @Test
    void whatIsMissingOrUnknownIsSaid() {
        refused("say where the run's files go: --out FOLDER", "train", "tokenizer", "--data", photos());
        refused("say what to learn from: --data PATH", "train", "tokenizer", "--out", "x");
        refused("there is no option --chanels, did you mean --channels?", "train", "tokenizer", "--chanels", "3");
        refused("there is no option --channels", "train", "transformer", "--channels", "3");
        refused("steps is '0', must be", "train", "tokenizer", "--data", "x", "--out", "y", "--steps", "0");
        refused("there is no command tokeniser, did you mean tokenizer?", "train", "tokeniser");
        refused("before the command, such as nextscale train tokenizer --data", "train", "--data", "x");
    }

    @Test
    void aRunGoesOnWithWhatItWasBegunWith() throws IOException {
        train("--data", photos(), "--steps", "7", "--learning-rate", "1e-5", "--channels", "8");
        FakeTrainer.asked = null;
        Outcome outcome = train("--resume");
        assertEquals(ExitCode.OK, outcome.exitCode(), outcome::toString);
        assertTrue(FakeTrainer.asked.resumes());
        assertEquals(photos(), FakeTrainer.asked.images().description());
        assertEquals(7, FakeTrainer.asked.parameters().integer("steps"));
        assertEquals(1e-5, FakeTrainer.asked.parameters().number("learning-rate"));
        assertEquals("8", FakeTrainer.asked.parameters().text("channels"));
        train("--resume", "--steps", "9");
        assertEquals(9, FakeTrainer.asked.parameters().integer("steps"), "what is typed comes first");

        refused(
                "is a run of nextscale train tokenizer, not transformer",
                "train",
                "transformer",
                "--out",
                run() + "",
                "--resume");
        Files.writeString(run().resolve("run.json"), "{\"trainer\": \"tokenizer\", \"parameters\": {}}");
        refused("run.json is damaged: data is missing", "train", "tokenizer", "--out", run() + "", "--resume");
        Files.writeString(run().resolve("run.json"), "[");
        refused("run.json is damaged: it is not JSON", "train", "tokenizer", "--out", run() + "", "--resume");
        Files.delete(run().resolve("run.json"));
        refused("holds no run that could be resumed", "train", "tokenizer", "--out", run() + "", "--resume");
    }

    @Test
    void controlCStopsAfterTheStepAndSaysHowToGoOn() {
        FakeTrainer.atEveryStep = step -> {
            if (step == 2) {
                trial.interrupt();
            }
        };
        Outcome outcome = train("--data", photos(), "--steps", "9");
        assertEquals(ExitCode.STOPPED, outcome.exitCode(), outcome::toString);
        assertEquals("", outcome.out());
        assertTrue(
                outcome.err()
                        .endsWith("nextscale: stopped after step 2 of 9; nextscale train tokenizer --out " + run()
                                + " --resume goes on from there\n"),
                outcome.err());
    }

    @Test
    void aRunAsksForTheTimeToPutItsWorkAway() {
        AtomicInteger seconds = new AtomicInteger();
        FakeTrainer.atEveryStep = step -> seconds.set(trial.secondsToStop());
        train("--data", photos(), "--fails-at", "2");
        assertEquals(120, seconds.get());
        assertEquals(0, trial.secondsToStop(), "and no longer");
    }

    @Test
    void imagesThatAreNotThereAreSaid() throws IOException {
        refused("nowhere does not exist", "train", "tokenizer", "--data", "nowhere", "--out", run() + "");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        refused(
                empty + " has no PNG, JPEG or WebP file in it",
                "train",
                "tokenizer",
                "--data",
                empty + "",
                "--out",
                run() + "");
    }

    @Test
    void aRunThatCannotGoOnFails() {
        Outcome outcome = train("--data", photos(), "--fails-at", "2");
        assertEquals(ExitCode.FAILURE, outcome.exitCode(), outcome::toString);
        assertEquals("", outcome.out());
        assertTrue(
                outcome.err()
                        .endsWith("\nnextscale: the loss is no number at step 2, step-2.ckpt is the last good one\n"),
                outcome.err());
        FakeTrainer.atEveryStep = step -> trial.interrupt();
        assertEquals(
                ExitCode.STOPPED, train("--data", photos(), "--fails-at", "2").exitCode(), "stopped before it failed");
    }

    @Test
    void jsonIsOneDocument() {
        Outcome outcome = train("--data", photos(), "--json");
        JsonObject json = JsonParser.parseString(outcome.out()).getAsJsonObject();
        assertEquals("tokenizer", json.get("trainer").getAsString());
        assertEquals(3, json.get("step").getAsInt());
        assertTrue(json.get("done").getAsBoolean());
        assertEquals(1.0 / 9, json.getAsJsonObject("values").get("loss").getAsDouble());
        assertEquals("1,2", json.getAsJsonObject("parameters").get("channels").getAsString());
        assertEquals("2 images skipped", json.getAsJsonArray("notes").get(0).getAsString());
        FakeTrainer.atEveryStep = step -> trial.interrupt();
        outcome = train("--data", photos(), "--json");
        assertEquals(ExitCode.STOPPED, outcome.exitCode());
        json = JsonParser.parseString(outcome.out()).getAsJsonObject();
        assertFalse(json.get("done").getAsBoolean());
        assertEquals(1, json.get("step").getAsInt());
    }

    @Test
    void helpIsOfTheTrainerThatIsNamed() {
        String group = trial.run("train", "--help").succeeded();
        assertTrue(group.contains("tokenizer    images to tokens and back"), group);
        assertTrue(group.contains("transformer  tokens to tokens"), group);
        String help = trial.run("train", "tokenizer", "--help").succeeded();
        assertTrue(help.contains("--channels=TEXT") && help.contains("--[no-]flip"), help);
        assertTrue(help.contains("Usage: nextscale train tokenizer --data PATH --out FOLDER [OPTIONS]"), help);
        assertFalse(help.contains("--from"), help);
        assertEquals(ExitCode.INPUT, trial.run("train").exitCode());
    }

    @Test
    void withoutTheAddOnItSaysWhereToGetIt() {
        Engine without = Nextscale.engine(new ClassLoader(getClass().getClassLoader()) {
            @Override
            public Enumeration<URL> getResources(String name) throws IOException {
                return name.endsWith(Trainer.class.getName())
                        ? Collections.emptyEnumeration()
                        : super.getResources(name);
            }
        });
        for (String[] line : new String[][] {
            {"train"}, {"train", "tokenizer", "--data", "x"}, {"fine-tune", "tiny", "--data", "x", "--depth", "3"}
        }) {
            String said = trial.run(without, line).failed(ExitCode.INPUT);
            assertTrue(
                    said.contains("no trainer is plugged in: unpack the training add-on, nextscale-training-addon-"),
                    said);
        }
        String help = trial.run(without, "train", "--help").succeeded();
        assertTrue(help.contains("nextscale-training-addon-"), help);
    }

    @Test
    void fineTuningIsTrainingFromAModel() {
        Outcome outcome = trial.run("fine-tune", "tiny", "--data", photos(), "--out", run() + "", "--steps", "1");
        assertEquals(ExitCode.OK, outcome.exitCode(), outcome::toString);
        String from = FakeTrainer.asked.parameters().text("from");
        assertTrue(from.endsWith("models/tiny") && Files.isDirectory(Path.of(from)), from);
        FakeTrainer.asked = null;
        outcome = trial.run("fine-tune", "--out", run() + "", "--resume");
        assertEquals(ExitCode.OK, outcome.exitCode(), outcome::toString);
        assertEquals(from, FakeTrainer.asked.parameters().text("from"));
        refused("there is no model 'huge'", "fine-tune", "huge", "--data", photos(), "--out", run() + "");
        refused("say which model to begin with", "fine-tune", "--data", photos(), "--out", run() + "");
    }

    private Outcome train(String... more) {
        String[] line = new String[more.length + 4];
        System.arraycopy(new String[] {"train", "tokenizer", "--out", run().toString()}, 0, line, 0, 4);
        System.arraycopy(more, 0, line, 4, more.length);
        return trial.run(line);
    }

    private Path run() {
        return folder.resolve("run");
    }

    private Path write(String yaml) throws IOException {
        return Files.writeString(folder.resolve("settings.yaml"), yaml);
    }

    private static void refused(String words, String... line) {
        String said = trial.run(line).failed(ExitCode.INPUT);
        assertTrue(said.contains(words), said);
    }
}
