package org.nextscale.training.internal.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;

class RunFolderTest {
    @TempDir
    Path folder;

    private static RunDescription description(Map<String, Object> changes) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("steps", 1000L);
        parameters.put("learning-rate", 1e-4);
        parameters.put("flip", true);
        parameters.put("schedule", "lin0");
        parameters.put("tokenizer", "");
        parameters.put("threads", 2L);
        parameters.putAll(changes);
        return new RunDescription("transformer", parameters, "data/fashion", "abc", "0.1.0");
    }

    private static final RunDescription SAME = description(Map.of());

    @Test
    void aRunIsStartedAndResumed() {
        Path path = folder.resolve("runs/first");
        try (RunFolder run = RunFolder.start(path, SAME)) {
            assertEquals(SAME, run.description());
            assertEquals(path.resolve("checkpoints"), run.checkpoints());
        }
        assertEquals(SAME, RunFolder.describe(path).orElseThrow());
        try (RunFolder run = RunFolder.resume(path, SAME, Set.of())) {
            assertEquals(SAME, run.description());
        }
    }

    @Test
    void whatDiffersIsSaid() {
        RunFolder.start(folder, SAME).close();
        assertEquals(
                "the run in " + folder + " cannot be resumed like this: flip was true, now false; learning-rate was"
                        + " 1.0E-4, now 2.0E-4; steps was 1000, now 2000; tokenizer was empty, now a.safetensors."
                        + " Give the settings it was started with, or another folder",
                refusal(description(
                        Map.of("steps", 2000L, "flip", false, "learning-rate", 2e-4, "tokenizer", "a.safetensors"))));
        assertTrue(refusal(description(Map.of("new", 1L))).contains("new was unknown, now 1"));
        assertTrue(refusal(new RunDescription("tokenizer", Map.of(), "d", "abc", "1"))
                .contains("it trains a transformer, not a tokenizer"));
        assertTrue(refusal(new RunDescription("transformer", SAME.parameters(), "other", "abd", "0.1.0"))
                .contains("the images in other are not those it began with (data/fashion)"));
    }

    @Test
    void placesVersionsAndFreeSettingsMayChange() {
        RunFolder.start(folder, SAME).close();
        Map<String, Object> parameters = description(Map.of("threads", 8L)).parameters();
        RunDescription moved = new RunDescription("transformer", parameters, "/elsewhere", "abc", "0.2.0");
        assertTrue(refusal(moved).contains("threads was 2, now 8"));
        try (RunFolder run = RunFolder.resume(folder, moved, Set.of("threads"))) {
            assertEquals("0.1.0", run.description().version());
        }
    }

    @Test
    void nothingElseIsOverwritten() throws IOException {
        Files.writeString(folder.resolve("thesis.txt"), "");
        assertTrue(startRefusal(folder).contains("holds thesis.txt and is no place for a run"));
        assertTrue(startRefusal(folder.resolve("thesis.txt")).contains("is a file"));
        Path run = folder.resolve("run");
        RunFolder.start(run, SAME).close();
        assertTrue(startRefusal(run).contains("holds a run already; go on with it (--resume)"));
        assertTrue(resumeRefusal(folder).contains("holds no run to be resumed"));
        assertTrue(resumeRefusal(folder.resolve("none")).contains("holds no run to be resumed"));
    }

    /** Killed before the description was written. */
    @Test
    void aRunThatNeverBeganIsNoRun() throws IOException {
        Files.writeString(folder.resolve("run.lock"), "");
        Files.writeString(folder.resolve(".nextscale-1-1.tmp"), "{");
        RunFolder.start(folder, SAME).close();
        assertEquals(SAME, RunFolder.describe(folder).orElseThrow());
    }

    @Test
    void aDamagedDescriptionIsSaid() throws IOException {
        for (String text : new String[] {"", "{", "[]", "{\"trainer\":\"x\"}", "{\"parameters\":{\"a\":[]}}", "null"}) {
            Files.writeString(folder.resolve("run.json"), text);
            assertTrue(resumeRefusal(folder).contains("run.json describes no run"), text);
        }
    }

    @Test
    void twoRunsInOneProcessDoNotShareAFolder() {
        try (RunFolder first = RunFolder.start(folder, SAME)) {
            assertEquals(folder, first.path());
            assertTrue(resumeRefusal(folder).contains("another process is training in " + folder));
        }
        RunFolder.resume(folder, SAME, Set.of()).close();
    }

    @Test
    void norDoTwoProcesses() throws IOException {
        ChildJvm child = ChildJvm.start(Holder.class, folder.toString());
        try (child) {
            assertEquals("holding", child.line());
            assertTrue(resumeRefusal(folder).contains("another process is training in " + folder));
        }
        RunFolder.resume(folder, SAME, Set.of()).close();
    }

    /** Holds a run's folder until it is killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws Exception {
            try (RunFolder run = RunFolder.start(Path.of(arguments[0]), SAME)) {
                System.out.println(run.path() == null ? "" : "holding");
                Thread.sleep(60_000);
            }
        }
    }

    private String refusal(RunDescription wanted) {
        return assertThrows(InvalidInputException.class, () -> RunFolder.resume(folder, wanted, Set.of()))
                .getMessage();
    }

    private static String resumeRefusal(Path path) {
        return assertThrows(InvalidInputException.class, () -> RunFolder.resume(path, SAME, Set.of()))
                .getMessage();
    }

    private static String startRefusal(Path path) {
        return assertThrows(InvalidInputException.class, () -> RunFolder.start(path, SAME))
                .getMessage();
    }
}
