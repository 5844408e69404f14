package org.nextscale.cli.internal.command.evaluation;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.option.ImageOptions;
import org.nextscale.cli.internal.option.SamplingOptions;
import org.nextscale.cli.internal.output.EvaluationText;
import org.nextscale.cli.internal.output.ProgressLine;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.cli.internal.text.Json;
import org.nextscale.evaluation.images.ImagePack;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nextscale evaluate pack}: images as one file for other programs. */
@Command(
        sortOptions = false,
        header = "images as one .npz, for the evaluators of others",
        description = {
            "Writes arr_0, bytes [images, height, width, 3], and the classes as arr_1 if all are known. The file appears",
            "whole or not at all; on its way it takes the images' unpacked size on the disk. If an image cannot be read,",
            "nothing is written, unless --leave-out says so: nobody could tell from the file."
        },
        footer = {"", "Example:", "  nextscale evaluate pack samples/ --out samples.npz"})
public final class EvaluatePackCommand extends SessionCommand {
    @Mixin
    private final ImageOptions images;

    @Option(names = "--out", required = true, paramLabel = "FILE.npz", description = "replaced if it is there")
    private Path out;

    @Option(names = "--leave-out", description = "write the others where images cannot be read")
    private boolean leaveOut;

    @Option(names = "--json", description = "answer with one JSON document")
    private boolean json;

    private EvaluatePackCommand(Session session, SamplingOptions sampling) {
        super(session);
        images = new ImageOptions(sampling);
    }

    static CommandLine create(Session session) {
        SamplingOptions sampling = new SamplingOptions(session.engine());
        CommandLine command = new CommandLine(new EvaluatePackCommand(session, sampling));
        sampling.addTo(command.getCommandSpec());
        return command;
    }

    @Override
    public Integer call() {
        try (ProgressLine line = new ProgressLine(console())) {
            images.work(session(), OptionalInt.empty(), source -> {
                ImagePack pack = ImagePack.write(
                        source, out, leaveOut, line.counting(), session().cancellation());
                line.close();
                report(pack);
            });
        }
        return ExitCode.OK;
    }

    private void report(ImagePack pack) {
        EvaluationText.warn(console(), pack.skipped());
        Optional<String> leftOut = pack.skipped().inWords(pack.images(), "images");
        if (json) {
            JsonObject document = Json.object(
                    "file",
                    out,
                    "images",
                    pack.images(),
                    "skipped",
                    pack.skipped().count());
            document.add("skipped-images", Json.array(pack.skipped().lines()));
            document.add("left-out", Json.array(leftOut.stream().toList()));
            console().json(document);
            return;
        }
        console().line("wrote " + console().bold(out.toString()) + ": " + pack.images() + " images");
        leftOut.ifPresent(console()::line);
    }
}
