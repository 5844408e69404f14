package org.nextscale.cli.internal.command;

import org.nextscale.cli.internal.ExitCode;
import org.nextscale.cli.internal.Session;
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

    public static CommandLine create(Session session) {
        return new CommandLine(new ModelCommand(session))
                .addSubcommand("convert", new ModelConvertCommand(session))
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
