package org.nextscale.cli.internal.command.model;

import java.nio.file.Path;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.export.ModelExporter;
import org.nextscale.api.model.Model;
import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.option.ExportOptions;
import org.nextscale.cli.internal.output.ProgressLine;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.model.export.ModelExport;
import org.nextscale.model.export.WrittenFolder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nextscale model export}: a model as files of other programs. */
@Command(
        sortOptions = false,
        header = ModelExportCommand.SUMMARY,
        description = "What can be written depends on what is plugged in. The folder appears whole or not at all.",
        footer = {
            "",
            "Examples:",
            "  nextscale model export --onnx --out fashion-onnx",
            "  nextscale model export models/var_d16 --onnx --precision int8 --out var_d16-int8"
        })
public final class ModelExportCommand extends SessionCommand {
    static final String NAME = "export";
    static final String SUMMARY = "write a model as files that other programs read";

    @Parameters(
            arity = "0..1",
            paramLabel = "MODEL|PACKAGE",
            description = "a package or its name, or a folder of checkpoints (default: the boxed model)")
    private String model;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "the folder to make")
    private Path out;

    @Option(names = "--overwrite", description = "replace an export that is there")
    private boolean overwrite;

    private final ExportOptions options;

    private ModelExportCommand(Session session, ExportOptions options) {
        super(session);
        this.options = options;
    }

    static CommandLine create(Session session) {
        ExportOptions options = new ExportOptions(session.engine().plugins(PluginKind.EXPORTER));
        CommandLine command = new CommandLine(new ModelExportCommand(session, options));
        options.addTo(command.getCommandSpec());
        return command;
    }

    /** Its name and summary alone, for lists of commands. */
    static CommandLine outline() {
        CommandSpec spec = CommandSpec.create();
        spec.usageMessage().header(SUMMARY);
        return new CommandLine(spec);
    }

    @Override
    public Integer call() {
        String id = options.exporter();
        ModelExporter exporter =
                session().engine().plugin(PluginKind.EXPORTER, id).plugin();
        WrittenFolder made;
        try (Model opened = session().engine().model(session().modelFolder(model));
                ProgressLine line = new ProgressLine(console())) {
            line.say("reading");
            made = new ModelExport(opened, options.parameters(), out, overwrite)
                    .run(exporter, line, session().cancellation());
            line.close();
            console()
                    .line("wrote " + console().bold(out.toString()) + ": " + opened.name() + " as " + id + ", "
                            + made.files() + (made.files() == 1 ? " file, " : " files, ")
                            + ModelText.size(made.bytes()));
        }
        return ExitCode.OK;
    }
}
