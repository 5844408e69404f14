package org.nextscale.cli.internal.command.machine;

import com.google.gson.JsonArray;
import java.nio.file.Path;
import java.util.List;
import org.nextscale.api.engine.RefusedPlugin;
import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.PluginStatus;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.cli.internal.text.Json;
import org.nextscale.cli.internal.text.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nextscale plugins}: what was dropped in, and whether it runs. */
@Command(
        sortOptions = false,
        description =
                "Plugins are jars in the folder plugins of the installation, or in the folders of NEXTSCALE_PLUGINS.")
public final class PluginsCommand extends SessionCommand {
    @Option(names = "--all", description = "also the bundles that Nextscale itself consists of")
    private boolean all;

    @Option(names = "--json", description = "answer with one JSON document")
    private boolean json;

    public PluginsCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        List<PluginStatus> found = session().plugins().stream()
                .filter(plugin -> all || !plugin.builtIn())
                .toList();
        List<RefusedPlugin> refused = session().engine().refusedPlugins();
        if (json) {
            JsonArray array = new JsonArray();
            for (PluginStatus plugin : found) {
                array.add(Json.object(
                        "name", plugin.name(),
                        "version", plugin.version(),
                        "active", plugin.active(),
                        "reason", plugin.reason(),
                        "file", plugin.file(),
                        "built-in", plugin.builtIn()));
            }
            JsonArray unused = new JsonArray();
            for (RefusedPlugin plugin : refused) {
                unused.add(Json.object("kind", plugin.kind(), "origin", plugin.origin(), "reason", plugin.reason()));
            }
            console().json(Json.object("plugins", array, "refused", unused));
            return ExitCode.OK;
        }
        for (RefusedPlugin plugin : refused) {
            if (found.stream().noneMatch(jar -> isOf(plugin, jar))) {
                console().line(console().bad("REFUSED") + "  " + plugin.kind() + " " + plugin.origin());
                console().line("    " + console().bad(plugin.reason()));
            }
        }
        if (found.isEmpty()) {
            if (refused.isEmpty()) {
                console().line("no plugins: jars in the folder plugins of the installation would be");
            }
            return ExitCode.OK;
        }
        Table table = new Table("llll");
        for (PluginStatus plugin : found) {
            boolean active = plugin.active() && refused.stream().noneMatch(each -> isOf(each, plugin));
            table.add(active ? "active" : "REFUSED", plugin.name(), plugin.version(), plugin.file());
        }
        List<String> lines = table.lines();
        for (int i = 0; i < found.size(); i++) {
            console().line(lines.get(i));
            String reason = found.get(i).reason();
            if (!reason.isEmpty()) {
                console()
                        .line("    "
                                + (found.get(i).active() ? reason : console().bad(reason)));
            }
            for (RefusedPlugin plugin : refused) {
                if (isOf(plugin, found.get(i))) {
                    console()
                            .line("    "
                                    + console().bad(plugin.kind() + " " + plugin.origin() + " " + plugin.reason()));
                }
            }
        }
        return ExitCode.OK;
    }

    /** Whether something that was refused came with a jar: its origin ends with the file's name. */
    private static boolean isOf(RefusedPlugin plugin, PluginStatus jar) {
        return plugin.origin().endsWith(" of " + Path.of(jar.file()).getFileName());
    }
}
