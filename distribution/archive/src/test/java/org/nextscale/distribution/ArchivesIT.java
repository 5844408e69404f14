package org.nextscale.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person downloads: an archive of ONNX Runtime and the boxed model, and ND4J and training to unpack over it. */
class ArchivesIT {

    private static final String ARCHIVE = System.getProperty("nextscale.archive");
    private static final String ADDON = System.getProperty("nextscale.addon");
    private static final String TRAINING = System.getProperty("nextscale.trainingAddon");
    private static final long MOST_BYTES = 60_000_000;
    private static final Pattern AVAILABLE = Pattern.compile("(?m)^(\\w+) .*\\R    available, score");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {".tar.gz", ".zip"})
    void theArchiveIsSmall(String ending) throws IOException {
        long bytes = Files.size(Path.of(ARCHIVE + ending));
        assertTrue(bytes < MOST_BYTES, bytes + " bytes");
    }

    @Test
    void theAddOnIsUnpackedOverTheArchive() throws Exception {
        run("tar", "xzf", ARCHIVE + ".tar.gz");
        Path home = folder.resolve(Path.of(ARCHIVE).getFileName());
        String command = home.resolve("bin/nextscale").toString();
        assertEquals(List.of("onnx"), backends(run(command, "backends")));
        String made = run(command, "generate", "--class", "ankle boot");
        assertTrue(made.contains(" on onnx, "), made);

        run("tar", "xzf", ADDON + ".tar.gz");
        assertEquals(Distribution.BACKENDS, backends(run(command, "backends")));
        made = run(command, "generate", "--class", "ankle boot", "--backend", "nd4j");
        assertTrue(made.contains(" on nd4j, "), made);
    }

    @Test
    void withoutTheTrainingAddOnItsNameIsSaid() throws Exception {
        run("tar", "xzf", ARCHIVE + ".tar.gz");
        Path home = folder.resolve(Path.of(ARCHIVE).getFileName());
        String command = home.resolve("bin/nextscale").toString();
        String said = run(2, command, "train", "tokenizer", "--data", "photos", "--out", "run");
        String addOn = Path.of(TRAINING).getFileName().toString();
        assertTrue(said.contains("no trainer is plugged in: unpack the training add-on, " + addOn + ".tar.gz"), said);
        assertTrue(Files.exists(Path.of(TRAINING + ".zip")));

        run("tar", "xzf", TRAINING + ".tar.gz");
        String trainers = run(command, "train", "--help");
        assertTrue(trainers.contains("\n  tokenizer ") && trainers.contains("\n  transformer "), trainers);
        // Without ND4J there is room for it on a class path, too.
        assertEquals(trainers, run(command, "--classpath", "train", "--help"));
    }

    private static List<String> backends(String printed) {
        return AVAILABLE.matcher(printed).results().map(match -> match.group(1)).toList();
    }

    private String run(String... command) throws Exception {
        return run(0, command);
    }

    private String run(int exitCode, String... command) throws Exception {
        return Distribution.said(exitCode, 60, folder, Map.of(), command);
    }
}
