package org.nextscale.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;

class StagedFolderTest {
    private static final Set<String> KNOWN = Set.of("a.txt");

    @TempDir
    Path folder;

    @Test
    void appearsWholeOrNotAtAll() throws IOException {
        Path target = folder.resolve("new/deep/result");
        try (StagedFolder staged = StagedFolder.of(target, "a result", false, KNOWN)) {
            Files.writeString(staged.path().resolve("a.txt"), "unfinished");
        }
        assertFalse(Files.exists(folder.resolve("new")), "folders made on the way go with it");
        try (StagedFolder staged = StagedFolder.of(target, "a result", false, KNOWN)) {
            Files.writeString(staged.path().resolve("a.txt"), "finished");
            assertFalse(Files.exists(target));
            staged.commit();
        }
        assertEquals("finished", Files.readString(target.resolve("a.txt")));
        assertEquals(List.of("result"), names(target.getParent()));
    }

    @Test
    void replacesWhatItKnowsAndNothingElse() throws IOException {
        Path target = Files.createDirectory(folder.resolve("result"));
        Files.writeString(target.resolve("a.txt"), "old");
        assertThrows(InvalidInputException.class, () -> StagedFolder.of(target, "a result", false, KNOWN));
        try (StagedFolder staged = StagedFolder.of(target, "a result", true, KNOWN)) {
            Files.writeString(staged.path().resolve("a.txt"), "new");
            assertEquals("old", Files.readString(target.resolve("a.txt")));
            staged.commit();
        }
        assertEquals("new", Files.readString(target.resolve("a.txt")));
        assertEquals(List.of("result"), names(folder));
        Files.writeString(target.resolve("mine.txt"), "keep");
        InvalidInputException refused =
                assertThrows(InvalidInputException.class, () -> StagedFolder.of(target, "a result", true, KNOWN));
        assertTrue(refused.getMessage().contains("mine.txt"), refused.getMessage());
    }

    /** An old folder that cannot be deleted any more is no reason to call the new one a failure. */
    @Test
    void whatWasMovedIntoPlaceStays() throws IOException {
        Path target = Files.createDirectory(folder.resolve("result"));
        Files.writeString(target.resolve("a.txt"), "old");
        try (StagedFolder staged = StagedFolder.of(target, "a result", true, KNOWN)) {
            Files.writeString(staged.path().resolve("a.txt"), "new");
            staged.commit();
            // Closing after a commit deletes nothing, whatever lies where it was staged.
            Files.createDirectory(staged.path());
        }
        assertEquals("new", Files.readString(target.resolve("a.txt")));
        assertEquals(2, names(folder).size());
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }
}
