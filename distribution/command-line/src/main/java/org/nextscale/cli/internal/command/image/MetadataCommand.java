package org.nextscale.cli.internal.command.image;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.nextscale.api.image.Provenance;
import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.cli.internal.text.Json;
import org.nextscale.cli.internal.text.Table;
import org.nextscale.image.PngFile;
import org.nextscale.image.ProvenanceText;
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
        Optional<Provenance> provenance = ProvenanceText.read(file);
        Map<String, String> texts = provenance.map(Provenance::entries).orElseGet(() -> PngFile.texts(file));
        if (json) {
            console()
                    .json(Json.object(provenance
                            .<Map<String, ?>>map(Provenance::typedEntries)
                            .orElse(texts)));
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
