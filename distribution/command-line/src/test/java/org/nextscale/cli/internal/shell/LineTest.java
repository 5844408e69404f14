package org.nextscale.cli.internal.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;

class LineTest {
    @Test
    void wordsAreSplitAtBlanks() {
        assertEquals(List.of("generate", "--class", "9"), Line.words("  generate\t--class  9 "));
        assertEquals(List.of(), Line.words("   "));
    }

    @Test
    void quotesAndBackslashesKeepBlanks() {
        assertEquals(List.of("--class", "ankle boot"), Line.words("--class \"ankle boot\""));
        assertEquals(List.of("--class=ankle boot", ""), Line.words("--class='ankle boot' ''"));
        assertEquals(List.of("ankle boot", "it's", "a\"b"), Line.words("ankle\\ boot \"it's\" 'a\"b'"));
        assertEquals(List.of("a\\b", "\""), Line.words("'a\\b' \"\\\"\""));
        assertEquals(List.of("end\\"), Line.words("end\\"));
    }

    @Test
    void commentsEndALine() {
        assertEquals(List.of("backends"), Line.words("backends # what there is"));
        assertEquals(List.of("a#b", "#c"), Line.words("a#b '#c'"));
        assertEquals(List.of(), Line.words("# nothing"));
    }

    @Test
    void anOpenQuoteIsRefused() {
        assertThrows(InvalidInputException.class, () -> Line.words("generate --class \"ankle"));
        assertThrows(InvalidInputException.class, () -> Line.words("it's"));
    }
}
