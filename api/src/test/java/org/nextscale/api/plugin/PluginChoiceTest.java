package org.nextscale.api.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;

class PluginChoiceTest {

    @Test
    void readsIdAndValues() {
        assertEquals(PluginChoice.of("nd4j"), PluginChoice.parse("backend", " nd4j "));
        PluginChoice choice = PluginChoice.parse("backend", "onnx:threads=2, precision=int8");
        assertEquals("onnx", choice.id());
        assertEquals(Map.of("threads", "2", "precision", "int8"), choice.values());
        assertEquals("onnx:precision=int8,threads=2", choice.toString());
        assertEquals(choice, PluginChoice.parse("backend", choice.toString()));
    }

    @Test
    void aValueMayHaveSeveralPartsOneAScale() {
        PluginChoice choice = PluginChoice.parse("sampler", "multinomial:temperature=1.1,1,0.9,top-k=600");
        assertEquals(Map.of("temperature", "1.1,1,0.9", "top-k", "600"), choice.values());
        assertEquals(choice, PluginChoice.parse("sampler", choice.toString()));
    }

    @Test
    void numbersAndTheirTextAreTheSame() {
        PluginChoice number = PluginChoice.of("ramp").with("cutoff", 3L);
        assertEquals(PluginChoice.parse("guidance", "ramp:cutoff=3"), number);
        assertEquals(
                number.hashCode(),
                PluginChoice.of("ramp", Map.of("cutoff", "3")).hashCode());
        assertNotEquals(number, PluginChoice.of("ramp").with("cutoff", 2L));
        assertNotEquals(number, PluginChoice.of("ramp"));
    }

    @Test
    void refusesOtherForms() {
        for (String text : new String[] {"", ":threads=2", "nd4j:", "nd4j:threads", "nd4j:=2", "nd4j:a=1,,b=2"}) {
            String message = assertThrows(InvalidInputException.class, () -> PluginChoice.parse("backend", text), text)
                    .getMessage();
            assertEquals("backend '" + text + "' must be ID or ID:name=value,name=value", message);
        }
    }
}
