package org.nextscale.cli.internal.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.cli.internal.Trial;
import org.nextscale.cli.internal.session.KeptModel;
import org.nextscale.cli.internal.session.Session;

class CompletionTest {
    @TempDir
    static Path folder;

    private static Completion completion;

    @BeforeAll
    static void prepare() throws IOException {
        Session session = new Trial(folder).session().line(new KeptModel());
        completion = new Completion(words -> Trial.interpreter().commandLine(session, words), new KnownWords(session));
        Files.createDirectory(folder.resolve("pictures"));
        Files.createFile(folder.resolve("picture.png"));
        Files.createFile(folder.resolve(".hidden"));
    }

    @Test
    void commandsComeFirst() {
        assertEquals(List.of("generate"), after("gen"));
        assertTrue(after("").containsAll(List.of("edit", "use", "exit", "help", "model")), "all of them");
        assertFalse(after("").contains("shell"), "this is one");
        assertEquals(List.of("convert"), after("model", "c"));
        assertEquals(List.of(), after("nonsense", ""));
        assertEquals(
                "make images of classes",
                completion.suggestions(List.of(), "gen").get(0).help());
    }

    @Test
    void optionsFollowCommandsAndPlugins() {
        assertEquals(List.of("--class"), after("generate", "--cl"));
        assertTrue(after("generate", "--").containsAll(List.of("--seed", "--top-k", "--mood")), "of plugins too");
        assertTrue(after("generate", "--").stream().noneMatch("--stacktrace"::equals), "hidden");
        assertEquals(List.of("--dtype"), after("model", "convert", "--dt"));
    }

    @Test
    void optionsKnowTheirValues() {
        assertEquals(List.of("summer dress", "sneaker", "shark"), after("generate", "--class", "s"));
        assertEquals(List.of("Ankle boot"), after("generate", "--class", "an"));
        assertEquals(List.of("all"), after("generate", "--model", "tiny", "--class", "al"));
        assertEquals(List.of(), after("generate", "--model", "nowhere", "--class", "s"));
        assertEquals(List.of("--class=bag"), after("generate", "--class=ba"));
        assertEquals(List.of("fake"), after("generate", "--backend", "f"));
        assertEquals(List.of("tiny"), after("generate", "--model", "ti"));
        assertEquals(List.of("greedy"), after("generate", "--sampler", "g"));
        assertEquals(List.of("ramp"), after("generate", "--guidance", "r"));
    }

    @Test
    void trainersAreCommandsWithFlagsOfTheirOwn() {
        assertEquals(List.of("tokenizer", "transformer"), after("train", "t"));
        assertEquals(
                "images to tokens and back",
                completion.suggestions(List.of("train"), "tok").get(0).help());
        assertEquals(List.of("--channels"), after("train", "tokenizer", "--ch"));
        assertEquals(List.of(), after("train", "transformer", "--ch"));
        assertEquals(List.of("tiny"), after("fine-tune", "ti"));
        assertEquals(List.of(), after("fine-tune", "--fro"), "it is the model");
        String begun = folder + "/pic";
        assertEquals(after("reconstruct", begun), after("train", "transformer", "--from", begun), "text may be a path");
    }

    @Test
    void useTakesBackendsAndModels() {
        assertEquals(List.of("model", "fake", "auto"), after("use", ""));
        assertEquals(List.of("tiny"), after("use", "model", "ti"));
        assertEquals(List.of(), after("use", "fake", ""));
    }

    @Test
    void filesAreCompletedFolderByFolder() {
        String begun = folder + "/pic";
        assertEquals(List.of(folder + "/picture.png", folder + "/pictures/"), after("reconstruct", begun));
        assertEquals(after("reconstruct", begun), after("generate", "--like", begun));
        assertFalse(
                completion
                        .suggestions(List.of("reconstruct"), folder + "/pictures")
                        .get(0)
                        .complete(),
                "a folder goes on");
        assertTrue(after("reconstruct", folder + "/").stream().noneMatch(f -> f.endsWith(".hidden")));
        assertEquals(List.of(folder + "/.hidden"), after("reconstruct", folder + "/.h"));
        assertEquals(List.of(), after("reconstruct", folder + "/nowhere/"));
    }

    /** Completes the last of these words. */
    private static List<String> after(String... words) {
        List<String> all = List.of(words);
        return completion.suggestions(all.subList(0, all.size() - 1), all.get(all.size() - 1)).stream()
                .map(Suggestion::text)
                .toList();
    }
}
