package org.nextscale.cli.internal.command.model;

import java.nio.file.Path;
import java.util.Optional;
import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.option.StorageType;
import org.nextscale.cli.internal.output.ProgressLine;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.ProgramVersion;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.model.description.ModelManifest;
import org.nextscale.model.description.PublishedModel;
import org.nextscale.model.making.ModelSynthesis;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nextscale model synthesize}: a model of full size and random weights. */
@Command(
        sortOptions = false,
        header = "make a full-size model with random weights, to measure speed",
        description = "Its images are noise; its time and memory are those of the published model.",
        footer = {
            "",
            "Example:",
            "  nextscale model synthesize --like var_d16 --out models/d16",
            "  nextscale generate --model models/d16 --class 207 --profile"
        })
public final class ModelSynthesizeCommand extends SessionCommand {
    @Option(
            names = "--like",
            required = true,
            paramLabel = "NAME",
            description = "a published architecture: var_d16, var_d20, var_d24, var_d30, var_d36")
    private String like;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "the package to make")
    private Path out;

    @Option(names = "--dtype", paramLabel = "f32|f16|bf16", description = "how weights are stored (default: f32)")
    private String dtype = "f32";

    @Option(names = "--seed", paramLabel = "N", description = "of the weights (default: 0)")
    private long seed;

    @Option(names = "--name", paramLabel = "NAME", description = "what to call it (default: like the architecture)")
    private String name;

    @Option(names = "--overwrite", description = "replace a package that is there")
    private boolean overwrite;

    public ModelSynthesizeCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        ModelSynthesis synthesis = new ModelSynthesis(
                PublishedModel.named(like),
                StorageType.parse(dtype),
                out,
                seed,
                Optional.ofNullable(name),
                overwrite,
                "nextscale " + ProgramVersion.text());
        ModelManifest made;
        try (ProgressLine line = new ProgressLine(console())) {
            made = synthesis.run(line, session().cancellation());
        }
        console().line("wrote " + console().bold(out.toString()) + ": " + ModelText.summary(made));
        return ExitCode.OK;
    }
}
