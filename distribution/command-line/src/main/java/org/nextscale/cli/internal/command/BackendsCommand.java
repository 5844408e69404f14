package org.nextscale.cli.internal.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import org.nextscale.api.parameter.Parameter;
import org.nextscale.cli.internal.ExitCode;
import org.nextscale.cli.internal.Json;
import org.nextscale.cli.internal.ParameterJson;
import org.nextscale.cli.internal.ParameterText;
import org.nextscale.cli.internal.Session;
import org.nextscale.engine.BackendStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nextscale backends}: what can compute here. */
@Command(
        sortOptions = false,
        description = "The best for this machine first: it is used unless --backend says another.")
public final class BackendsCommand extends SessionCommand {
    @Option(names = "--json", description = "answer with one JSON document")
    private boolean json;

    public BackendsCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        List<BackendStatus> backends = session().engine().backends();
        if (json) {
            JsonArray list = new JsonArray();
            backends.forEach(backend -> list.add(json(backend)));
            console().json(Json.object("backends", list));
            return ExitCode.OK;
        }
        if (backends.isEmpty()) {
            console().line("no backend is plugged in: see nextscale plugins");
        }
        for (BackendStatus backend : backends) {
            boolean available = backend.availability().isAvailable();
            console().line(console().bold(backend.id()) + "  " + backend.label());
            String state = available
                    ? console().good("available") + ", score "
                            + backend.availability().score() + ": "
                            + backend.availability().device()
                    : console().bad("not available");
            console().line("    " + state);
            if (!backend.availability().reason().isBlank()) {
                console().line("    " + backend.availability().reason());
            }
            for (Parameter parameter : backend.parameters()) {
                console()
                        .line("    --backend " + backend.id() + ":" + parameter.name() + "=...  "
                                + ParameterText.of(parameter));
            }
        }
        return ExitCode.OK;
    }

    private static JsonObject json(BackendStatus backend) {
        return Json.object(
                "id", backend.id(),
                "label", backend.label(),
                "available", backend.availability().isAvailable(),
                "score", backend.availability().score(),
                "device", backend.availability().device(),
                "reason", backend.availability().reason(),
                "parameters", ParameterJson.of(backend.parameters()));
    }
}
