package org.nextscale.cli.internal.command.machine;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.engine.BackendStatus;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.model.Model;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.option.ModelOptions;
import org.nextscale.cli.internal.session.Configuration;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.cli.internal.text.Json;
import org.nextscale.cli.internal.text.ParameterJson;
import org.nextscale.cli.internal.text.ParameterText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nextscale backends}: what can compute here, and whether a model fits. */
@Command(
        sortOptions = false,
        description = {
            "The best for this machine and model first: it is used unless --backend, NEXTSCALE_BACKEND or a line",
            "backend = ID in ~/.config/nextscale/nextscale.properties or conf/nextscale.properties says another."
        },
        footer = {"", "Example:", "  nextscale backends --model var-d30 --backend auto:precision=int8"})
public final class BackendsCommand extends SessionCommand {
    @Mixin
    private ModelOptions options;

    @Option(names = "--json", description = "answer with one JSON document")
    private boolean json;

    public BackendsCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        Optional<Configuration.Setting> configured = session().configuredBackend();
        PluginChoice choice = options.backend(session());
        session().requireBackend(choice);
        Optional<Asked> model = model();
        List<BackendStatus> backends = session().engine().backends(choice, model.map(Asked::spec));
        if (json) {
            printJson(backends, model, configured);
        } else {
            print(backends, model.map(Asked::name).orElse(""), configured);
        }
        return ExitCode.OK;
    }

    private record Asked(String name, ModelSpec spec) {}

    /** The one that was named, or that commands use by default, if there is one. */
    private Optional<Asked> model() {
        try (Model opened = session().engine().model(options.folder(session(), null))) {
            return Optional.of(new Asked(opened.name(), opened.spec()));
        } catch (InvalidInputException e) {
            if (options.saysModel()) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private void print(List<BackendStatus> backends, String model, Optional<Configuration.Setting> configured) {
        if (backends.isEmpty()) {
            console().line("no backend is plugged in: see nextscale plugins");
        }
        for (BackendStatus backend : backends) {
            Availability availability = backend.availability();
            PluginInfo<?> info = backend.info();
            String version = info.version().isEmpty() ? "" : " " + info.version();
            console().line(console().bold(backend.id()) + version + "  " + info.description());
            String state = availability.isAvailable()
                    ? console().good("available") + ", score " + availability.score() + ": " + availability.device()
                    : console().bad("not available");
            console().line("    " + state);
            if (availability.lacksMemory()) {
                console().line("    " + console().bad(model + " " + availability.reason()));
            } else {
                if (!availability.reason().isBlank()) {
                    console().line("    " + availability.reason());
                }
                availability.need().ifPresent(need -> console().line("    " + model + " " + need));
            }
            for (Parameter parameter : backend.info().parameters()) {
                console()
                        .line("    --backend " + backend.id() + ":" + parameter.name() + "=...  "
                                + ParameterText.of(parameter));
            }
        }
        configured.ifPresent(setting ->
                console().line("Configured: " + console().bold(setting.value()) + ", by " + setting.source()));
    }

    private void printJson(
            List<BackendStatus> backends, Optional<Asked> model, Optional<Configuration.Setting> configured) {
        JsonArray list = new JsonArray();
        backends.forEach(backend -> list.add(json(backend)));
        JsonObject document = Json.object("backends", list);
        model.ifPresent(asked -> document.addProperty("model", asked.name()));
        configured.ifPresent(setting ->
                document.add("configured", Json.object("backend", setting.value(), "source", setting.source())));
        console().json(document);
    }

    private static JsonObject json(BackendStatus backend) {
        Availability availability = backend.availability();
        JsonObject object = Json.object(
                "id", backend.id(),
                "version", backend.info().version(),
                "description", backend.info().description(),
                "available", availability.isAvailable(),
                "score", availability.score(),
                "device", availability.device(),
                "reason", availability.reason(),
                "parameters", ParameterJson.of(backend.info().parameters()));
        availability
                .need()
                .ifPresent(need -> object.add(
                        "memory",
                        Json.object(
                                "kind", need.kind(),
                                "needed-bytes", need.bytes(),
                                "free-bytes", need.freeBytes(),
                                "fits", need.fits())));
        return object;
    }
}
