package org.nextscale.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;

class BackendChoiceTest {

    @Test
    void readsIdAndOptions() {
        assertEquals(BackendChoice.BEST, BackendChoice.parse("auto"));
        assertEquals(new BackendChoice(Optional.of("nd4j"), Map.of()), BackendChoice.parse("nd4j"));
        BackendChoice choice = BackendChoice.parse("onnx:threads=2,precision=int8");
        assertEquals(Map.of("threads", "2", "precision", "int8"), choice.options());
        assertEquals("onnx:precision=int8,threads=2", choice.toString());
        assertEquals(choice, BackendChoice.parse(choice.toString()));
    }

    @Test
    void theBestMayHaveOptionsToo() {
        BackendChoice choice = BackendChoice.parse("auto:precision=int8");
        assertEquals(new BackendChoice(Optional.empty(), Map.of("precision", "int8")), choice);
        assertEquals("auto:precision=int8", choice.toString());
        assertEquals(BackendChoice.BEST, BackendChoice.parse(BackendChoice.BEST.toString()));
    }

    @Test
    void refusesOtherForms() {
        for (String text : new String[] {"", ":threads=2", "nd4j:", "nd4j:threads", "nd4j:=2", "nd4j:a=1,,b=2"}) {
            assertThrows(InvalidInputException.class, () -> BackendChoice.parse(text), text);
        }
    }
}
