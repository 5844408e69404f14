package org.nextscale.cli.internal.command;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.nextscale.cli.internal.ExitCode;
import org.nextscale.cli.internal.ProvenanceJson;
import org.nextscale.cli.internal.Session;
import org.nextscale.cli.internal.Table;
import org.nextscale.engine.image.PngFile;
import org.nextscale.engine.image.ProvenanceText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nextscale metadata}: what a PNG says about how it was made. */
@Command(
        sortOptions = false,
        description =
                "generate --like IMAGE.png makes the same image again. Of other programs' PNGs all texts are printed.")
public final class MetadataCommand extends SessionCommand {
    @Parameters(index = "0", paramLabel = "IMAGE.png", description = "a PNG")
    private Path file;

    @Option(names = "--json", description = "answer with one JSON document")
    private boolean json;

    public MetadataCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        Optional<Map<String, String>> provenance = ProvenanceText.read(file);
        Map<String, String> texts = provenance.orElseGet(() -> PngFile.texts(file));
        if (json) {
            JsonObject document = provenance.isPresent() ? ProvenanceJson.of(texts) : new JsonObject();
            if (provenance.isEmpty()) {
                texts.forEach(document::addProperty);
            }
            console().json(document);
            return ExitCode.OK;
        }
        if (texts.isEmpty()) {
            console().line(file + " holds no metadata");
        }
        Table table = new Table("ll");
        texts.forEach(table::add);
        table.lines().forEach(console()::line);
        return ExitCode.OK;
    }
}
