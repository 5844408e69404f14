package org.nextscale.cli.internal.command.model;

import java.util.List;
import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code nextscale model …}: without a further word it prints its help. */
@Command(sortOptions = false, synopsisSubcommandLabel = "COMMAND", commandListHeading = "%nCommands:%n")
public final class ModelCommand extends SessionCommand {
    @Spec
    private CommandSpec spec;

    private ModelCommand(Session session) {
        super(session);
    }

    /** @param words that were typed: what can be exported to is only asked where it is wanted */
    public static CommandLine create(Session session, List<String> words) {
        boolean exporting = words.contains(ModelExportCommand.NAME);
        return new CommandLine(new ModelCommand(session))
                .addSubcommand("convert", new ModelConvertCommand(session))
                .addSubcommand(
                        ModelExportCommand.NAME,
                        exporting ? ModelExportCommand.create(session) : ModelExportCommand.outline())
                .addSubcommand("inspect", new ModelInspectCommand(session))
                .addSubcommand("list", new ModelListCommand(session))
                .addSubcommand("synthesize", new ModelSynthesizeCommand(session));
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(console().err());
        return ExitCode.INPUT;
    }
}
