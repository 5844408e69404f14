package org.nextscale.cli.internal.command.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.Nextscale;
import org.nextscale.api.sampling.TokenSamplerProvider;
import org.nextscale.cli.internal.Trial;
import org.nextscale.cli.internal.fake.NamelessSamplerProvider;
import org.nextscale.cli.internal.fake.SecondQuirkySamplerProvider;
import org.nextscale.cli.internal.fake.SilentSamplerProvider;

class PluginsCommandTest {
    @TempDir
    static Path shared;

    private static Trial trial;

    @TempDir
    Path folder;

    @BeforeAll
    static void prepare() {
        trial = new Trial(shared);
    }

    @Test
    void everyJarIsListedAndWhyOneWasRefused() {
        String plugins = trial.run("plugins").succeeded();
        assertTrue(plugins.contains("active   org.example.good  1.2.0  /plugins/good.jar\n"), plugins);
        assertTrue(
                plugins.contains("REFUSED  org.example.bad   2.0.0  /plugins/bad.jar\n    needs another api\n"),
                plugins);
        assertFalse(plugins.contains("org.nextscale.engine"), plugins);
        assertTrue(trial.run("plugins", "--all").succeeded().contains("org.nextscale.engine"));
    }

    @Test
    void whatCannotSayWhatItIsIsListedWithTheReason() throws IOException {
        Engine engine = withSamplers(NamelessSamplerProvider.class.getName(), "org.example.Absent");
        String plugins = trial.run(engine, "plugins").succeeded();
        assertTrue(
                plugins.contains("REFUSED  sampler " + SilentSamplerProvider.class.getName()
                        + "\n    does not say what it is: IllegalStateException: no comment\n"),
                plugins);
        assertTrue(
                plugins.contains("REFUSED  sampler " + NamelessSamplerProvider.class.getName()
                        + "\n    does not say what it is: its id is 'null', which must be lower-case words joined by"
                        + " hyphens\n"),
                plugins);
        assertTrue(plugins.contains("REFUSED  sampler on the class path\n    cannot be made: "), plugins);
        assertTrue(plugins.contains("org.example.Absent"), plugins);
    }

    @Test
    void anIdThatIsTakenIsAReasonToo() throws IOException {
        Engine engine = withSamplers(SecondQuirkySamplerProvider.class.getName());
        String plugins = trial.run(engine, "plugins").succeeded();
        assertTrue(plugins.contains("    has the id quirky, which "), plugins);
        assertTrue(trial.run(engine, "samplers").succeeded().contains("  quirky  "));
    }

    @Test
    void jsonHasTheRefusedBesideTheJars() {
        JsonObject json = JsonParser.parseString(trial.run("plugins", "--json").succeeded())
                .getAsJsonObject();
        assertEquals(2, json.getAsJsonArray("plugins").size());
        assertEquals(1, json.getAsJsonArray("refused").size());
        JsonObject refused = json.getAsJsonArray("refused").get(0).getAsJsonObject();
        assertEquals("sampler", refused.get("kind").getAsString());
        assertEquals(
                SilentSamplerProvider.class.getName(), refused.get("origin").getAsString());
        assertEquals(
                "does not say what it is: IllegalStateException: no comment",
                refused.get("reason").getAsString());
    }

    @Test
    void commandsGoOnWithoutTheRefused() throws IOException {
        Engine engine = withSamplers(NamelessSamplerProvider.class.getName(), "org.example.Absent");
        String samplers = trial.run(engine, "samplers").succeeded();
        assertFalse(samplers.contains("silent"), samplers);
        trial.run(engine, "generate", "--class", "0", "--out", folder.resolve("x.png") + "")
                .succeeded();
    }

    /** What the class path has, and more. */
    private Engine withSamplers(String... more) throws IOException {
        Path services = Files.createDirectories(folder.resolve("more/META-INF/services"));
        Files.write(services.resolve(TokenSamplerProvider.class.getName()), List.of(more));
        URL[] urls = {folder.resolve("more").toUri().toURL()};
        return Nextscale.engine(new URLClassLoader(urls, getClass().getClassLoader()));
    }
}
