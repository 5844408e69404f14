package org.nextscale.cli.internal.command.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.checkpoint.tensor.StoredTensor;
import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.cli.internal.text.Json;
import org.nextscale.cli.internal.text.Table;
import org.nextscale.model.description.ModelManifest;
import org.nextscale.model.description.NamedClasses;
import org.nextscale.model.inspection.ModelInspection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nextscale model inspect}: what a file or folder holds. */
@Command(
        sortOptions = false,
        header = "what a checkpoint or package holds",
        description = "Recognized by its tensors alone. Exit code 2 if it cannot be used as it is.")
public final class ModelInspectCommand extends SessionCommand {
    private static final int CLASSES_SHOWN = 20;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE|PACKAGE",
            description = "a checkpoint, a folder of checkpoints, a package or its name (default: the boxed model)")
    private String path;

    @Option(names = "--classes", description = "list all classes")
    private boolean classes;

    @Option(names = "--tensors", description = "list all tensors")
    private boolean tensors;

    @Option(names = "--check", description = "read everything and compare check sums and digests")
    private boolean check;

    @Option(names = "--json", description = "answer with one JSON document")
    private boolean json;

    public ModelInspectCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        Path found = session().models().find(path);
        ModelInspection inspection = ModelInspection.of(found, check);
        if (json) {
            console().json(json(inspection));
        } else {
            print(inspection);
        }
        inspection.problems().forEach(console()::problem);
        return inspection.problems().isEmpty() ? ExitCode.OK : ExitCode.INPUT;
    }

    private void print(ModelInspection inspection) {
        Table table = new Table("ll");
        table.add(inspection.manifest().map(ModelManifest::name).orElse("found"), inspection.kind());
        table.add("architecture", inspection.architecture().orElse("not recognized"));
        inspection.transformer().ifPresent(spec -> describe(spec, table));
        inspection.tokenizer().ifPresent(spec -> describe(spec, table));
        table.add("parameters", millions(inspection.parameters()));
        for (ModelInspection.Part part : inspection.parts()) {
            String types = part.typeCounts().entrySet().stream()
                    .map(e -> e.getValue() + " " + e.getKey())
                    .collect(Collectors.joining(", "));
            table.add(
                    part.role(),
                    part.file().getFileName() + ": " + types + ", " + millions(part.parameters()) + " parameters");
        }
        if (!inspection.passedOver().isEmpty()) {
            table.add("passed over", String.join(", ", inspection.passedOver()));
        }
        inspection.manifest().ifPresent(manifest -> {
            if (!manifest.description().isBlank()) {
                table.add("description", manifest.description());
            }
            table.add("made by", origin(manifest));
        });
        table.lines().forEach(console()::line);
        printClasses(inspection);
        if (tensors) {
            Table list = new Table("lll");
            for (ModelInspection.Part part : inspection.parts()) {
                for (StoredTensor tensor : part.tensors()) {
                    list.add(tensor.name(), tensor.typeName(), tensor.shape());
                }
            }
            list.lines().forEach(console()::line);
        }
    }

    private static void describe(TransformerSpec spec, Table table) {
        table.add(
                "",
                "depth " + spec.depth() + ", width " + spec.width() + ", " + spec.heads() + " heads, "
                        + (spec.sharedAdaLn() ? "one AdaLN for all blocks" : "an AdaLN a block") + ", "
                        + (spec.l2NormAttention() ? "L2-normalized" : "plain") + " attention");
        table.add(
                "scales",
                spec.pyramid().patchNums().stream().map(String::valueOf).collect(Collectors.joining(" ")) + ", "
                        + spec.pyramid().totalTokens() + " tokens");
    }

    private static void describe(TokenizerSpec spec, Table table) {
        table.add(
                "codes",
                spec.vocabularySize() + " of " + spec.latentChannels() + " channels, nearest by "
                        + (spec.cosine() ? "cosine" : "Euclidean distance"));
    }

    private static String origin(ModelManifest manifest) {
        String sources =
                manifest.origin().sources().stream().map(file -> file.name()).collect(Collectors.joining(", "));
        return manifest.origin().tool() + ", model " + manifest.origin().operation()
                + (sources.isEmpty() ? "" : " of " + sources);
    }

    private void printClasses(ModelInspection inspection) {
        List<String> names = names(inspection);
        if (names.isEmpty()) {
            return;
        }
        int shown = classes ? names.size() : Math.min(names.size(), CLASSES_SHOWN);
        console().line("classes");
        for (int i = 0; i < shown; i++) {
            console().line(String.format(Locale.ROOT, "  %4d  %s", i, names.get(i)));
        }
        if (shown < names.size()) {
            console().line("  ... and " + (names.size() - shown) + " more: --classes lists them");
        }
    }

    private static List<String> names(ModelInspection inspection) {
        List<String> own = inspection.manifest().map(ModelManifest::classNames).orElse(List.of());
        boolean imageNet =
                inspection.transformer().map(TransformerSpec::classes).orElse(0)
                        == NamedClasses.imageNet().size();
        return own.isEmpty() && imageNet ? NamedClasses.imageNet().names() : own;
    }

    private static String millions(long parameters) {
        return String.format(Locale.ROOT, "%.1f M", parameters / 1e6);
    }

    private JsonObject json(ModelInspection inspection) {
        JsonObject document = Json.object(
                "path", inspection.path(),
                "kind", inspection.kind(),
                "architecture", inspection.architecture().orElse(""),
                "parameters", inspection.parameters());
        inspection.transformer().ifPresent(spec -> document.add("transformer", ModelJson.of(spec)));
        inspection.tokenizer().ifPresent(spec -> document.add("tokenizer", ModelJson.of(spec)));
        inspection.manifest().ifPresent(manifest -> document.addProperty("name", manifest.name()));
        document.add("class-names", Json.array(names(inspection)));
        JsonArray parts = new JsonArray();
        for (ModelInspection.Part part : inspection.parts()) {
            JsonObject entry = Json.object(
                    "role", part.role(),
                    "file", part.file(),
                    "format", part.format().label(),
                    "parameters", part.parameters());
            if (tensors) {
                JsonArray list = new JsonArray();
                for (StoredTensor tensor : part.tensors()) {
                    JsonArray shape = new JsonArray();
                    tensor.shape().forEach(shape::add);
                    list.add(Json.object("name", tensor.name(), "type", tensor.typeName(), "shape", shape));
                }
                entry.add("tensors", list);
            }
            parts.add(entry);
        }
        document.add("parts", parts);
        document.add("passed-over", Json.array(inspection.passedOver()));
        document.add("problems", Json.array(inspection.problems()));
        return document;
    }
}
