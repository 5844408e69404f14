package org.nextscale.cli.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;

class ModelFoldersTest {
    @TempDir
    Path folder;

    @Test
    void theEnvironmentComesBeforeTheInstallation() throws IOException {
        Path mine = model("mine/big");
        model("home/models/big");
        Path boxed = model("home/models/" + ModelFolders.BOXED);
        ModelFolders folders = ModelFolders.of(
                folder.resolve("nowhere") + File.pathSeparator + folder.resolve("mine"), folder.resolve("home"));
        assertEquals(Set.of("big", ModelFolders.BOXED), folders.models().keySet());
        assertEquals(mine, folders.find("big"));
        assertEquals(boxed, folders.find(null));
    }

    @Test
    void aPathIsAPathAndTheOnlyModelIsTheDefault() throws IOException {
        Path only = model("models/only");
        ModelFolders folders = new ModelFolders(List.of(folder.resolve("models")));
        assertEquals(only, folders.find(null));
        assertEquals(folder, folders.find(folder.toString()));
    }

    @Test
    void whatThereIsStandsInTheRefusal() throws IOException {
        model("models/a");
        model("models/b");
        ModelFolders folders = new ModelFolders(List.of(folder.resolve("models")));
        assertTrue(refusal(folders, "c").contains("there is no model 'c': there is a, b"));
        assertTrue(refusal(folders, "\0").contains("there is no model"));
        assertTrue(refusal(folders, null).contains("say which model with --model: there is a, b"));
        assertTrue(refusal(new ModelFolders(List.of()), null).contains("NEXTSCALE_MODELS"));
    }

    private static String refusal(ModelFolders folders, String text) {
        return assertThrows(InvalidInputException.class, () -> folders.find(text))
                .getMessage();
    }

    private Path model(String name) throws IOException {
        Path model = Files.createDirectories(folder.resolve(name));
        Files.writeString(model.resolve("model.json"), "{}");
        return model;
    }
}
