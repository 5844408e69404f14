package org.nextscale.cli.internal.command;

import com.google.gson.JsonArray;
import java.util.List;
import org.nextscale.api.parameter.Parameter;
import org.nextscale.cli.internal.ExitCode;
import org.nextscale.cli.internal.Json;
import org.nextscale.cli.internal.ParameterJson;
import org.nextscale.cli.internal.ParameterText;
import org.nextscale.cli.internal.Session;
import org.nextscale.cli.internal.Table;
import org.nextscale.cli.internal.option.Plugged;
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
        List<Plugged> samplers = Plugged.samplers(session().engine(), console()::warn);
        List<Plugged> guidances = Plugged.guidances(session().engine(), console()::warn);
        if (json) {
            console().json(Json.object("samplers", json(samplers), "guidances", json(guidances)));
            return ExitCode.OK;
        }
        print("Samplers", samplers);
        console().line("");
        print("Guidances", guidances);
        return ExitCode.OK;
    }

    private void print(String title, List<Plugged> all) {
        console().line(console().bold(title));
        for (Plugged plugged : all) {
            console().line("  " + console().bold(plugged.id()) + "  " + plugged.description());
            Table table = new Table("ll");
            for (Parameter parameter : plugged.parameters()) {
                table.add("      --" + parameter.name(), ParameterText.of(parameter));
            }
            table.lines().forEach(console()::line);
        }
    }

    private static JsonArray json(List<Plugged> all) {
        JsonArray array = new JsonArray();
        for (Plugged plugged : all) {
            array.add(Json.object(
                    "id", plugged.id(),
                    "description", plugged.description(),
                    "parameters", ParameterJson.of(plugged.parameters())));
        }
        return array;
    }
}
