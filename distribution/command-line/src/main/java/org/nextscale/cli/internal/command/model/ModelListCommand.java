package org.nextscale.cli.internal.command.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import org.nextscale.api.InvalidInputException;
import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.cli.internal.text.Json;
import org.nextscale.cli.internal.text.Table;
import org.nextscale.model.ModelPackage;
import org.nextscale.model.description.ModelManifest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nextscale model list}: the models that {@code --model NAME} finds. */
@Command(
        sortOptions = false,
        header = "the models that --model NAME finds",
        description = "They lie in models of the installation, and in the folders of NEXTSCALE_MODELS.")
public final class ModelListCommand extends SessionCommand {
    @Option(names = "--json", description = "answer with one JSON document")
    private boolean json;

    public ModelListCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        Map<String, Path> models = session().models().models();
        Table table = new Table("lll");
        JsonArray array = new JsonArray();
        models.forEach((name, folder) -> {
            JsonObject entry = Json.object("name", name, "folder", folder);
            try (ModelPackage model = ModelPackage.open(folder)) {
                ModelManifest manifest = model.manifest().orElseThrow();
                table.add(name, ModelText.summary(manifest), folder);
                ModelJson.addTo(entry, manifest, model.fingerprint());
            } catch (InvalidInputException e) {
                table.add(name, "CANNOT BE USED: " + e.getMessage(), folder);
                entry.addProperty("error", e.getMessage());
            }
            array.add(entry);
        });
        if (json) {
            console().json(Json.object("models", array));
        } else if (models.isEmpty()) {
            console()
                    .line("no models in "
                            + (session().models().roots().isEmpty()
                                    ? "any folder: set NEXTSCALE_MODELS"
                                    : session().models().roots()));
        } else {
            table.lines().forEach(console()::line);
        }
        return ExitCode.OK;
    }
}
