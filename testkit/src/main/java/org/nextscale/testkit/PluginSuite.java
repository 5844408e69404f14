package org.nextscale.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.Nextscale;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.plugin.Plugin;
import org.nextscale.api.plugin.PluginChoice;

/**
 * What every plugin must do, whatever it is plugged in for: be found, and say what it is. The suites of the kinds extend this one,
 * and a plugin's test extends that of its kind.
 *
 * @param <P> the interface of its kind
 */
public abstract class PluginSuite<P extends Plugin> {
    private final PluginKind<P> kind;
    private final Engine engine = Nextscale.engine();

    PluginSuite(PluginKind<P> kind) {
        this.kind = kind;
    }

    /** The plugin under test, by id and with what it is told if need be: {@code "multinomial"}, {@code "onnx:precision=int8"}. */
    protected abstract String plugin();

    /** What is plugged in, as a program on this class path finds it. */
    protected final Engine engine() {
        return engine;
    }

    /** The plugin and what it is told. */
    protected final PluginChoice choice() {
        return PluginChoice.parse(kind.toString(), plugin());
    }

    /** The plugin as the engine found it. */
    protected final PluginInfo<P> info() {
        return engine.plugin(kind, choice().id());
    }

    /** A value for every one of its parameters. */
    protected final ParameterValues values() {
        return info().values(choice().values());
    }

    @AfterEach
    void closeEngine() {
        engine.close();
    }

    @Test
    void itIsFoundByItsIdAndRefusedNowhere() {
        assertEquals(choice().id(), info().id());
        List<String> refused = engine.refusedPlugins().stream()
                .filter(each -> each.kind() == kind)
                .map(each -> each.origin() + " " + each.reason())
                .toList();
        assertEquals(List.of(), refused);
    }

    @Test
    void itSaysInOneLineWhatItIsAndWhatItCanBeTold() {
        assertOneLine("its description", info().description());
        for (Parameter parameter : info().parameters()) {
            assertOneLine("what helps with " + parameter.name(), parameter.help());
        }
        List<String> names = info().parameters().stream().map(Parameter::name).toList();
        assertEquals(names.stream().distinct().toList(), names, "every parameter once");
    }

    private static void assertOneLine(String what, String text) {
        assertFalse(text.isBlank(), what + " is empty");
        assertTrue(text.lines().count() == 1, () -> what + " has several lines: " + text);
    }

    @Test
    void itTakesItsDefaultsAndNothingThatItDoesNotKnow() {
        ParameterValues defaults = info().values(Map.of());
        assertEquals(defaults.asMap(), info().values(defaults.asMap()).asMap());
        assertThrows(InvalidInputException.class, () -> info().values(Map.of("no-such-parameter", 1)));
    }
}
