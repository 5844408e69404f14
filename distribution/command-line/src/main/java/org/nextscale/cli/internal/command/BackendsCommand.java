package org.nextscale.cli.internal.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.parameter.Parameter;
import org.nextscale.cli.internal.Configuration;
import org.nextscale.cli.internal.ExitCode;
import org.nextscale.cli.internal.Json;
import org.nextscale.cli.internal.ParameterJson;
import org.nextscale.cli.internal.ParameterText;
import org.nextscale.cli.internal.Session;
import org.nextscale.cli.internal.option.ModelOptions;
import org.nextscale.engine.BackendChoice;
import org.nextscale.engine.BackendStatus;
import org.nextscale.engine.model.ModelPackage;
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
        BackendChoice choice = options.backend(session());
        choice.id().ifPresent(session()::requireBackend);
        Optional<Model> model = model();
        List<BackendStatus> backends = session().engine().backends(choice, model.map(Model::spec));
        if (json) {
            printJson(backends, model, configured);
        } else {
            print(backends, model.map(Model::name).orElse(""), configured);
        }
        return ExitCode.OK;
    }

    private record Model(String name, ModelSpec spec) {}

    /** The one that was named, or that commands use by default, if there is one. */
    private Optional<Model> model() {
        try (ModelPackage opened = options.open(session(), null)) {
            return Optional.of(new Model(opened.name(), opened.spec()));
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
            String version = backend.version().isEmpty() ? "" : " " + backend.version();
            console().line(console().bold(backend.id()) + version + "  " + backend.label());
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
            for (Parameter parameter : backend.parameters()) {
                console()
                        .line("    --backend " + backend.id() + ":" + parameter.name() + "=...  "
                                + ParameterText.of(parameter));
            }
        }
        configured.ifPresent(setting ->
                console().line("Configured: " + console().bold(setting.value()) + ", by " + setting.source()));
    }

    private void printJson(
            List<BackendStatus> backends, Optional<Model> model, Optional<Configuration.Setting> configured) {
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
                "version", backend.version(),
                "label", backend.label(),
                "available", availability.isAvailable(),
                "score", availability.score(),
                "device", availability.device(),
                "reason", availability.reason(),
                "parameters", ParameterJson.of(backend.parameters()));
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
