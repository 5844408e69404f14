package org.nextscale.testkit;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.verify.PromiseCheck;

/** What the engine itself checks of a plugin ({@link Engine#verify(PluginKind, PluginChoice, Optional, java.util.function.Consumer, Cancellation)}), a test for every promise. */
final class PromiseTests {
    private PromiseTests() {}

    static Stream<DynamicTest> of(Engine engine, PluginKind<?> kind, PluginChoice plugin, Optional<Path> model) {
        List<PromiseCheck> checks = engine.verify(kind, plugin, model, check -> {}, Cancellation.NEVER);
        assertFalse(checks.isEmpty());
        return checks.stream()
                .map(check -> DynamicTest.dynamicTest(
                        check.promise(), () -> check.broken().ifPresent(how -> fail(how))));
    }
}
