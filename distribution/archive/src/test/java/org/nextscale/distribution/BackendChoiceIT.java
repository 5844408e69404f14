package org.nextscale.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.launcher.Container;

/** Which backend is used when the one that promises most does not open. */
class BackendChoiceIT {

    @TempDir
    Path plugins;

    @TempDir
    Path images;

    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final PrintStream standardError = System.err;
    private Container container;

    @BeforeEach
    void start() throws Exception {
        PluginJar.bundle("boastful", "1.0.0")
                .header("Import-Package", "org.nextscale.api,org.nextscale.api.backend,org.nextscale.api.plugin")
                .component(BoastfulBackendProvider.class, BackendProvider.class)
                .into(plugins, "boastful.jar");
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        container = Container.start(Distribution.withPlugins(plugins));
    }

    @AfterEach
    void close() {
        container.close();
        System.setErr(standardError);
    }

    @Test
    void theNextBestIsUsedAndALineSaysWhy() throws Exception {
        Path image = images.resolve("boot.png");
        int exitCode = container.run("generate", "--class", "ankle boot", "--out", image.toString());
        assertEquals(0, exitCode, this::said);
        assertEquals(
                "nextscale: backend boastful failed to open: the supercomputer is switched off; using "
                        + Distribution.BACKENDS.get(0) + "\n",
                said());
        assertTrue(Files.exists(image));
    }

    @Test
    void oneAskedForByNameHasNoSubstitute() throws Exception {
        Path image = images.resolve("boot.png");
        int exitCode =
                container.run("generate", "--class", "ankle boot", "--backend", "boastful", "--out", image.toString());
        assertEquals(1, exitCode, this::said);
        assertEquals("nextscale: backend boastful failed to open: the supercomputer is switched off\n", said());
        assertFalse(Files.exists(image));
    }

    @Test
    void theApiSaysItToo() throws Exception {
        try (LiveModel model = LiveModelBundle.installIn(container, images).open("auto")) {
            assertEquals(Distribution.BACKENDS.get(0), model.backend());
            assertEquals(
                    List.of("backend boastful failed to open: the supercomputer is switched off"), model.notices());
        }
    }

    private String said() {
        return errors.toString(StandardCharsets.UTF_8);
    }
}
