package org.nextscale.cli.internal.command.machine;

import com.google.gson.JsonArray;
import java.util.List;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.cli.internal.text.Json;
import org.nextscale.cli.internal.text.ParameterJson;
import org.nextscale.cli.internal.text.ParameterText;
import org.nextscale.cli.internal.text.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nextscale samplers}: how tokens can be drawn and guided. */
@Command(
        sortOptions = false,
        description = "Choose with --sampler ID and --guidance ID; every parameter is a flag of generate and edit.")
public final class SamplersCommand extends SessionCommand {
    @Option(names = "--json", description = "answer with one JSON document")
    private boolean json;

    public SamplersCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        List<? extends PluginInfo<?>> samplers = session().engine().plugins(PluginKind.SAMPLER);
        List<? extends PluginInfo<?>> guidances = session().engine().plugins(PluginKind.GUIDANCE);
        if (json) {
            console().json(Json.object("samplers", json(samplers), "guidances", json(guidances)));
            return ExitCode.OK;
        }
        print("Samplers", samplers);
        console().line("");
        print("Guidances", guidances);
        return ExitCode.OK;
    }

    private void print(String title, List<? extends PluginInfo<?>> all) {
        console().line(console().bold(title));
        for (PluginInfo<?> plugged : all) {
            console().line("  " + console().bold(plugged.id()) + "  " + plugged.description());
            Table table = new Table("ll");
            for (Parameter parameter : plugged.parameters()) {
                table.add("      --" + parameter.name(), ParameterText.of(parameter));
            }
            table.lines().forEach(console()::line);
        }
    }

    private static JsonArray json(List<? extends PluginInfo<?>> all) {
        JsonArray array = new JsonArray();
        for (PluginInfo<?> plugged : all) {
            array.add(Json.object(
                    "id", plugged.id(),
                    "description", plugged.description(),
                    "parameters", ParameterJson.of(plugged.parameters())));
        }
        return array;
    }
}
