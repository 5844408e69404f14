package org.nextscale.cli.internal.command.plugin;

import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code nextscale plugin …}: without a further word it prints its help. */
@Command(sortOptions = false, synopsisSubcommandLabel = "COMMAND", commandListHeading = "%nCommands:%n")
public final class PluginCommand extends SessionCommand {
    @Spec
    private CommandSpec spec;

    private PluginCommand(Session session) {
        super(session);
    }

    public static CommandLine create(Session session) {
        return new CommandLine(new PluginCommand(session))
                .addSubcommand("new", new PluginNewCommand(session))
                .addSubcommand("check", new PluginCheckCommand(session));
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(console().err());
        return ExitCode.INPUT;
    }
}
