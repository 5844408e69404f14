package org.nextscale.cli.internal.command.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.option.StorageType;
import org.nextscale.cli.internal.output.ProgressLine;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.ProgramVersion;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.model.description.ClassNamesFile;
import org.nextscale.model.description.ModelManifest;
import org.nextscale.model.making.ModelConversion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nextscale model convert}: checkpoints to a model package. */
@Command(
        sortOptions = false,
        header = "make a model package of PyTorch checkpoints",
        description = {
            "What is in a checkpoint is told by its tensors; nothing in it is executed. Of a model and its moving average (ema)",
            "in one file the model is taken. What tensors cannot tell is read from a config.json beside the checkpoint. The",
            "package appears whole or not at all."
        },
        footer = {
            "",
            "Examples:",
            "  nextscale model convert vae_ch160v4096z32.pth var_d16.pth --out models/var_d16 --dtype f16",
            "  nextscale model convert ar-ckpt-last.pth --out models/mine --class-names names.txt"
        })
public final class ModelConvertCommand extends SessionCommand {
    @Parameters(
            arity = "1..*",
            paramLabel = "CHECKPOINT",
            description =
                    "a tokenizer's and a transformer's (.pth, .safetensors or the .index.json of several), in any order; a"
                            + " trainer's; their folder; or a package")
    private List<Path> sources;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "the package to make")
    private Path out;

    @Option(
            names = "--dtype",
            paramLabel = "f32|f16|bf16",
            description = "how weights are stored (default: as in the checkpoint)")
    private String dtype;

    @Option(names = "--name", paramLabel = "NAME", description = "what to call the model (default: the folder's name)")
    private String name;

    @Option(
            names = "--description",
            paramLabel = "WORDS",
            description = "where the model comes from, kept in the package")
    private String description;

    @Option(
            names = "--class-names",
            paramLabel = "FILE",
            description =
                    "UTF-8, one name a line, in the order of the classes (default: those of config.json, or ImageNet's)")
    private Path classNames;

    @Option(
            names = "--config",
            paramLabel = "FILE.json",
            description = "what tensors cannot tell (default: config.json beside the checkpoint, if there)")
    private Path config;

    @Option(names = "--overwrite", description = "replace a package that is there")
    private boolean overwrite;

    public ModelConvertCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        ModelConversion conversion = new ModelConversion(
                sources,
                Optional.ofNullable(config),
                out,
                Optional.ofNullable(dtype).map(StorageType::parse),
                Optional.ofNullable(name),
                Optional.ofNullable(description),
                Optional.ofNullable(classNames).map(ClassNamesFile::read),
                overwrite,
                "nextscale " + ProgramVersion.text());
        ModelManifest made;
        try (ProgressLine line = new ProgressLine(console())) {
            line.say("reading");
            made = conversion.run(line, session().cancellation());
        }
        console().line("wrote " + console().bold(out.toString()) + ": " + ModelText.summary(made));
        return ExitCode.OK;
    }
}
