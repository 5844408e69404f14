package org.nextscale.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.sampling.TokenSamplerProvider;
import org.nextscale.launcher.Container;
import org.nextscale.launcher.Installation;
import org.nextscale.launcher.program.InstalledPlugin;
import org.nextscale.launcher.program.InstalledPlugin.State;
import org.nextscale.launcher.program.Launch;
import org.nextscale.launcher.program.LaunchedProgram;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;

/** Plugins come and go in a running container, and those that cannot run are refused in words. */
class PluginFoldersIT {

    @TempDir
    Path folder;

    @TempDir
    Path secondFolder;

    private Container container;
    private Launch launch;

    @AfterEach
    void close() {
        if (container != null) {
            container.close();
        }
    }

    @Test
    void startsWhatIsThereBeforeStartReturns() throws Exception {
        PluginJar.bundle("early", "1.2.3").into(folder, "early.jar");
        start();
        assertEquals(
                List.of(new InstalledPlugin(
                        folder.resolve("early.jar"),
                        "early",
                        "1.2.3",
                        State.ACTIVE,
                        "offers nothing: its manifest names no component (Service-Component): mark its class with"
                                + " @Component and build it with bnd-maven-plugin, as examples/plugins do")),
                plugins());
        assertEquals(Bundle.ACTIVE, bundle("early").getState());
    }

    @Test
    void adoptsReplacesAndRemovesWhileRunning() throws Exception {
        start();
        assertEquals(List.of(), plugins());

        Path jar = PluginJar.bundle("late", "1.0.0").into(folder, "late.jar");
        eventually(Map.of("late.jar", "active"));
        assertEquals("1.0.0", bundle("late").getVersion().toString());

        PluginJar.bundle("late", "2.0.0").header("Comment", "another size").into(folder, "late.jar");
        Eventually.holds(
                () -> bundle("late") != null && bundle("late").getVersion().getMajor() == 2, this::plugins);
        eventually(Map.of("late.jar", "active"));

        Files.delete(jar);
        eventually(Map.of());
        Eventually.holds(() -> bundle("late") == null, this::plugins);
    }

    @Test
    void theExamplesServiceComesAndGoesWithItsJar() throws Exception {
        start();
        int before = samplers();
        Path jar = folder.resolve("sampler-plugin.jar");
        Files.copy(Distribution.plugin("sampler"), jar);
        Eventually.holds(() -> samplers() == before + 1, this::plugins);
        Files.delete(jar);
        Eventually.holds(() -> samplers() == before, this::plugins);
    }

    @Test
    void refusesAnotherMajorVersionOfTheApiInWords() throws Exception {
        PluginJar.bundle("tomorrow", "1.0.0")
                .header("Import-Package", "org.nextscale.api.sampling;version=\"[99,100)\"")
                .into(folder, "tomorrow.jar");
        start();
        String reason = plugins().get(0).reason();
        assertTrue(
                reason.matches(
                        "needs org\\.nextscale\\.api\\.sampling version \\[99,100\\), this Nextscale has 1\\.\\S+: "
                                + "rebuild it against api 1\\.x or use a Nextscale that has it"),
                reason);
        assertEquals(State.REFUSED, plugins().get(0).state());
    }

    @Test
    void refusesWhatCannotRunAndKeepsTheRest() throws Exception {
        Files.writeString(folder.resolve("text.jar"), "not a jar");
        PluginJar.plain().into(folder, "plain.jar");
        PluginJar.bundle("java", "1.0.0")
                .header("Require-Capability", "osgi.ee;filter:=\"(&(osgi.ee=JavaSE)(version=999))\"")
                .into(folder, "java.jar");
        PluginJar.bundle("lonely", "1.0.0")
                .header("Import-Package", "com.example.absent")
                .into(folder, "lonely.jar");
        PluginJar.bundle("broken", "1.0.0")
                .header("Bundle-Activator", "com.example.Absent")
                .into(folder, "broken.jar");
        PluginJar.bundle("snapshot", "1.0-SNAPSHOT").into(folder, "snapshot.jar");
        PluginJar.bundle("good", "1.0.0").into(folder, "good.jar");
        PluginJar.bundle("good", "1.0.0").into(folder, "good-again.jar");
        start();

        Map<String, String> told = told();
        assertEquals("is not a readable jar file: zip END header not found", told.get("text.jar"));
        assertTrue(told.get("plain.jar").startsWith("is not an OSGi bundle"), told.toString());
        assertEquals(
                "needs Java 999 or later, this is Java " + Runtime.version().feature(), told.get("java.jar"));
        assertEquals("needs the package com.example.absent, which nothing here exports", told.get("lonely.jar"));
        assertTrue(told.get("snapshot.jar").contains("its Bundle-Version is \"1.0-SNAPSHOT\""), told.toString());
        assertTrue(told.get("broken.jar").startsWith("fails to start: ClassNotFoundException"), told.toString());
        assertEquals(
                1,
                List.of(told.get("good.jar"), told.get("good-again.jar")).stream()
                        .filter("active"::equals)
                        .count());
    }

    /** In one line each, and without a stack trace. */
    @Test
    void whatCannotBeMadeSaysWhy() throws Exception {
        String imports = "org.nextscale.api.plugin;version=\"[1,2)\",org.nextscale.api.sampling;version=\"[1,2)\"";
        component("fails", StillbornSamplerProvider.class)
                .header("Import-Package", imports)
                .into(folder, "fails.jar");
        component("forgetful", FixedSamplerProvider.class).into(folder, "forgetful.jar");
        component("newer", FixedSamplerProvider.class)
                .header("Import-Package", imports)
                .with(
                        FixedSamplerProvider.class.getName().replace('.', '/') + ".class",
                        PluginJar.ofJava(FixedSamplerProvider.class, 99))
                .into(folder, "newer.jar");
        Distribution.Outcome outcome = Distribution.run(Map.of("NEXTSCALE_PLUGINS", folder.toString()), "plugins");

        assertEquals(0, outcome.exitCode(), outcome.err());
        List<String> lines = outcome.out().lines().map(String::strip).toList();
        String refused = "sampler %s of %s cannot be made: %s";
        String fixed = FixedSamplerProvider.class.getName();
        for (String line : List.of(
                String.format(
                        refused,
                        StillbornSamplerProvider.class.getName(),
                        "fails.jar",
                        "IllegalStateException: I do not want to live"),
                String.format(
                        refused,
                        fixed,
                        "forgetful.jar",
                        "needs the class org.nextscale.api.sampling.TokenSamplerProvider, which its jar neither holds nor"
                                + " imports: build it with bnd-maven-plugin, as examples/plugins do"),
                String.format(
                        refused,
                        fixed,
                        "newer.jar",
                        "needs Java 99 or later, this is Java "
                                + Runtime.version().feature()))) {
            assertTrue(lines.contains(line), () -> line + "\n" + outcome.out());
        }
        assertEquals(
                3, lines.stream().filter(line -> line.startsWith("REFUSED")).count(), outcome.out());
        assertEquals(3, outcome.err().lines().count(), outcome.err());
    }

    private static PluginJar component(String name, Class<?> implementation) throws IOException {
        return PluginJar.bundle(name, "1.0.0").component(implementation, TokenSamplerProvider.class);
    }

    @Test
    void triesARefusedPluginAgainWhenAnotherBringsWhatItLacks() throws Exception {
        PluginJar.bundle("lonely", "1.0.0")
                .header("Import-Package", "com.example.shared")
                .into(folder, "lonely.jar");
        start();
        assertEquals(State.REFUSED, plugins().get(0).state());

        Path provider = PluginJar.bundle("provider", "1.0.0")
                .header("Export-Package", "com.example.shared")
                .into(folder, "provider.jar");
        eventually(Map.of("lonely.jar", "active", "provider.jar", "active"));

        Files.delete(provider);
        eventually(Map.of("lonely.jar", "needs the package com.example.shared, which nothing here exports"));
    }

    @Test
    void takesABrokenJarOnceItIsRepaired() throws Exception {
        Path jar = folder.resolve("repaired.jar");
        Files.writeString(jar, "half a jar");
        start();
        assertEquals(State.REFUSED, plugins().get(0).state());
        PluginJar.bundle("repaired", "1.0.0").into(folder, "repaired.jar");
        eventually(Map.of("repaired.jar", "active"));
    }

    @Test
    void watchesSeveralFolders() throws Exception {
        PluginJar.bundle("first", "1.0.0").into(folder, "first.jar");
        start();
        PluginJar.bundle("second", "1.0.0").into(secondFolder, "second.jar");
        eventually(Map.of("first.jar", "active", "second.jar", "active"));
    }

    @Test
    void leavesNothingBehind() throws Exception {
        start();
        Path cache = Path.of(container.context().getProperty("org.osgi.framework.storage"));
        assertTrue(Files.exists(cache));
        container.close();
        assertFalse(Files.exists(cache.getParent()), cache.toString());
        assertTrue(
                Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(
                                thread -> thread.isAlive() && thread.getName().startsWith("nextscale-plugins")),
                "the watcher has ended");
    }

    private void start() throws Exception {
        container = Container.start(new Installation(Distribution.HOME, List.of(folder, secondFolder)));
        container
                .context()
                .registerService(
                        LaunchedProgram.class,
                        this::keepLaunch,
                        FrameworkUtil.asDictionary(Map.of(Constants.SERVICE_RANKING, 1)));
        container.run();
    }

    /** In the command line's place: what a program is told of plugins. */
    private int keepLaunch(String[] arguments, Launch given) {
        launch = given;
        return 0;
    }

    private List<InstalledPlugin> plugins() {
        return launch.plugins();
    }

    /** By file name, "active" or the reason of the refusal. */
    private Map<String, String> told() {
        return plugins().stream()
                .collect(Collectors.toMap(
                        plugin -> plugin.file().getFileName().toString(),
                        plugin -> plugin.state() == State.ACTIVE ? "active" : plugin.reason()));
    }

    private void eventually(Map<String, String> expected) {
        Eventually.holds(() -> told().equals(expected), this::told);
    }

    private Bundle bundle(String symbolicName) {
        return Arrays.stream(container.context().getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElse(null);
    }

    private int samplers() {
        try {
            return container
                    .context()
                    .getServiceReferences(TokenSamplerProvider.class, null)
                    .size();
        } catch (InvalidSyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
