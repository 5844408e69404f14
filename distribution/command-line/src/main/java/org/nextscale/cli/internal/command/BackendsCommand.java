package org.nextscale.cli.internal.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import org.nextscale.api.parameter.Parameter;
import org.nextscale.cli.internal.Configuration;
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
        description = {
            "The best for this machine first: it is used unless --backend, NEXTSCALE_BACKEND or a line backend = ID in",
            "~/.config/nextscale/nextscale.properties or conf/nextscale.properties says another."
        })
public final class BackendsCommand extends SessionCommand {
    @Option(names = "--json", description = "answer with one JSON document")
    private boolean json;

    public BackendsCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        List<BackendStatus> backends = session().engine().backends();
        Optional<Configuration.Setting> configured = session().configuredBackend();
        if (json) {
            JsonArray list = new JsonArray();
            backends.forEach(backend -> list.add(json(backend)));
            JsonObject document = Json.object("backends", list);
            configured.ifPresent(setting ->
                    document.add("configured", Json.object("backend", setting.value(), "source", setting.source())));
            console().json(document);
            return ExitCode.OK;
        }
        if (backends.isEmpty()) {
            console().line("no backend is plugged in: see nextscale plugins");
        }
        for (BackendStatus backend : backends) {
            boolean available = backend.availability().isAvailable();
            String version = backend.version().isEmpty() ? "" : " " + backend.version();
            console().line(console().bold(backend.id()) + version + "  " + backend.label());
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
        configured.ifPresent(setting ->
                console().line("Configured: " + console().bold(setting.value()) + ", by " + setting.source()));
        return ExitCode.OK;
    }

    private static JsonObject json(BackendStatus backend) {
        return Json.object(
                "id", backend.id(),
                "version", backend.version(),
                "label", backend.label(),
                "available", backend.availability().isAvailable(),
                "score", backend.availability().score(),
                "device", backend.availability().device(),
                "reason", backend.availability().reason(),
                "parameters", ParameterJson.of(backend.parameters()));
    }
}
