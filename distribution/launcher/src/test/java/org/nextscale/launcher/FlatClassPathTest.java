package org.nextscale.launcher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.launcher.program.InstalledPlugin;
import org.nextscale.launcher.program.InstalledPlugin.State;
import org.nextscale.launcher.program.Launch;
import org.nextscale.launcher.program.LaunchedProgram;

class FlatClassPathTest {
    private static final String SERVICE = "META-INF/services/" + LaunchedProgram.class.getName();
    private static final String JAVACPP = "org/bytedeco/javacpp/Loader.class";
    private static final int EXIT_CODE = 7;

    private final ClassLoader before = Thread.currentThread().getContextClassLoader();

    @TempDir
    Path home;

    /** Looks around and ends. */
    public static final class Witness implements LaunchedProgram {
        private static String[] arguments;
        private static List<String> jars;
        private static List<InstalledPlugin> plugins;

        @Override
        public int run(String[] given, Launch launch) {
            arguments = given;
            URL[] urls = ((URLClassLoader) Thread.currentThread().getContextClassLoader()).getURLs();
            jars = Arrays.stream(urls)
                    .map(URL::getPath)
                    .map(FlatClassPathTest::name)
                    .toList();
            plugins = launch.plugins();
            return EXIT_CODE;
        }
    }

    @AfterEach
    void restore() {
        Thread.currentThread().setContextClassLoader(before);
    }

    @Test
    void bundlesThenPluginsEachSortedByName() throws Exception {
        jar("bundles/b.jar", SERVICE);
        jar("bundles/a.jar", "x");
        jar("plugins/d.jar", "x");
        jar("plugins/c.jar", "x");
        assertEquals(EXIT_CODE, run("generate", "--json"));
        assertArrayEquals(new String[] {"generate", "--json"}, Witness.arguments);
        assertEquals(List.of("a.jar", "b.jar", "c.jar", "d.jar"), Witness.jars);
        assertEquals(
                List.of("c.jar ACTIVE", "d.jar ACTIVE"),
                Witness.plugins.stream()
                        .map(plugin -> plugin.name() + " " + plugin.state())
                        .toList());
    }

    @Test
    void onlyTheFirstJarWithJavaCppIsTaken() throws Exception {
        jar("bundles/program.jar", SERVICE);
        jar("bundles/nd4j.jar", JAVACPP);
        jar("plugins/training.jar", JAVACPP);
        Files.writeString(home.resolve("plugins/text.jar"), "not a jar");
        run();
        assertEquals(List.of("nd4j.jar", "program.jar", "text.jar"), Witness.jars);
        InstalledPlugin training = Witness.plugins.get(1);
        assertEquals("training.jar", training.name());
        assertEquals(State.REFUSED, training.state());
        assertTrue(
                training.reason().startsWith("is left out: another jar on the class path brings JavaCPP"),
                training.reason());
    }

    @Test
    void aBundleThatIsLeftOutIsListedToo() throws Exception {
        jar("bundles/nd4j.jar", JAVACPP);
        jar("bundles/program.jar", SERVICE);
        jar("bundles/training.jar", JAVACPP);
        run();
        assertEquals(List.of("nd4j.jar", "program.jar"), Witness.jars);
        assertEquals(
                List.of("training.jar"),
                Witness.plugins.stream().map(InstalledPlugin::name).toList());
    }

    @Test
    void withoutAProgramItSaysSo() throws IOException {
        jar("bundles/a.jar", "x");
        LaunchException e = assertThrows(LaunchException.class, this::run);
        assertEquals("no command line in bundles/: the distribution is incomplete", e.getMessage());
    }

    private int run(String... arguments) throws IOException, LaunchException {
        return FlatClassPath.run(Installation.at(home), arguments);
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** A jar with one entry, which names the {@link Witness} if it is the service. */
    private void jar(String file, String entry) throws IOException {
        Path path = home.resolve(file);
        Files.createDirectories(path.getParent());
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(path))) {
            jar.putNextEntry(new ZipEntry(entry));
            jar.write(Witness.class.getName().getBytes(StandardCharsets.UTF_8));
            jar.closeEntry();
        }
    }
}
