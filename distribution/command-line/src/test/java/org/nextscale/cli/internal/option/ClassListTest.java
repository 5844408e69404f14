package org.nextscale.cli.internal.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;

class ClassListTest {
    private static final List<String> NAMES =
            List.of("great white shark, white shark", "tench", "crane", "a,b,c", "b", "c");

    private final ClassList classes = new ClassList(NAMES.size(), ClassListTest::resolve);

    private static int resolve(String text) {
        int index = NAMES.indexOf(text);
        if (index < 0) {
            throw new InvalidInputException("there is no class " + text);
        }
        return index;
    }

    @Test
    void namesThatHoldCommasAreStillNames() {
        assertEquals(List.of(0), labels("great white shark, white shark"));
        assertEquals(List.of(1, 0, 2), labels("tench,great white shark, white shark,crane"));
        assertEquals(List.of(3), labels("a,b,c"));
        assertEquals(List.of(4, 5), labels("b,c"));
        assertEquals(List.of(4, 3), labels("b,a,b,c"));
    }

    @Test
    void severalOptionsAndListsMayBeMixed() {
        assertEquals(List.of(1, 2, 1), labels("tench, crane", "tench"));
    }

    @Test
    void allAndNoneAreWordsOfTheirOwn() {
        assertEquals(List.of(0, 1, 2, 3, 4, 5), labels("all"));
        assertEquals(List.of(-1, 1), labels("none,tench"));
    }

    @Test
    void theFirstUnknownNameIsSaid() {
        InvalidInputException e = assertThrows(InvalidInputException.class, () -> labels("tench,trout,perch"));
        assertEquals("there is no class trout", e.getMessage());
        assertThrows(InvalidInputException.class, () -> labels("tench,"));
    }

    private List<Integer> labels(String... typed) {
        return classes.conditions(List.of(typed)).stream()
                .map(condition -> condition.label().orElse(-1))
                .toList();
    }
}
