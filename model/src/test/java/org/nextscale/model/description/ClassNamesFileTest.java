package org.nextscale.model.description;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;

class ClassNamesFileTest {
    @TempDir
    Path folder;

    private Path file(String text, Charset charset) throws IOException {
        return Files.write(folder.resolve("names.txt"), text.getBytes(charset));
    }

    private String refusal(String text, Charset charset) throws IOException {
        Path file = file(text, charset);
        String message = assertThrows(InvalidInputException.class, () -> ClassNamesFile.read(file))
                .getMessage();
        assertEquals(1, message.lines().count(), message);
        assertTrue(message.startsWith(file + ": "), message);
        return message;
    }

    @Test
    void oneNameALine() throws IOException {
        for (String text : List.of("boot\nrosé", "boot\nrosé\n", "\ufeffboot\r\nrosé\r\n", " boot \n\trosé\n\n \n")) {
            assertEquals(List.of("boot", "rosé"), ClassNamesFile.read(file(text, StandardCharsets.UTF_8)));
        }
    }

    @Test
    void otherEncodingsAreNamedWithTheLine() throws IOException {
        assertTrue(refusal("boot\nshoe\nrosé\n", StandardCharsets.ISO_8859_1)
                .endsWith("line 3 is not UTF-8; save the file as UTF-8"));
        assertTrue(refusal("boot\nrosé\n", StandardCharsets.UTF_16).endsWith("is in UTF-16; save it as UTF-8"));
        assertTrue(refusal("boot\nrosé\n", StandardCharsets.UTF_16LE).endsWith("is in UTF-16; save it as UTF-8"));
    }

    @Test
    void aLineThatNamesNoClassIsRefused() throws IOException {
        assertTrue(refusal("boot\n\nshoe\n", StandardCharsets.UTF_8)
                .endsWith("line 2 is empty, but every line is the name of a class; take it out, or name class 1"));
        assertTrue(refusal("\n \n", StandardCharsets.UTF_8).contains("is empty, expected one class name a line"));
        assertTrue(refusal("boot\nsh\u001boe\n", StandardCharsets.UTF_8)
                .contains("line 2: \"sh\\u001boe\" cannot be the name of a class"));
        assertTrue(assertThrows(InvalidInputException.class, () -> ClassNamesFile.read(folder))
                .getMessage()
                .contains("is a folder"));
        assertTrue(assertThrows(InvalidInputException.class, () -> ClassNamesFile.read(folder.resolve("absent")))
                .getMessage()
                .contains("no such file"));
    }
}
