package org.nextscale.cli.internal.command;

import org.nextscale.cli.internal.Console;
import org.nextscale.cli.internal.KeptModel;
import org.nextscale.cli.internal.Program;
import org.nextscale.cli.internal.Session;
import org.nextscale.cli.internal.UserFolders;
import org.nextscale.cli.internal.option.ModelOptions;
import org.nextscale.cli.internal.shell.Completion;
import org.nextscale.cli.internal.shell.Input;
import org.nextscale.cli.internal.shell.KnownWords;
import org.nextscale.cli.internal.shell.PipedInput;
import org.nextscale.cli.internal.shell.Shell;
import org.nextscale.cli.internal.shell.TerminalInput;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nextscale shell}: a prompt for all the other commands. */
@Command(
        sortOptions = false,
        description = {
            "Takes the commands of nextscale, a line each, and keeps the model open between them. Besides:",
            "  use BACKEND[:option=value,...]   compute there from the next image on",
            "  use model NAME|FOLDER            the model of commands that name none",
            "  exit                             or the end of the input (Ctrl-D)",
            "Tab completes, Ctrl-C stops the command that runs. Reads a file or a pipe as well, without a prompt: the exit",
            "code is then that of the last command that failed."
        },
        footer = {"", "Example:", "  printf 'generate --class bag\\ngenerate --class coat\\n' | nextscale shell"})
public final class ShellCommand extends SessionCommand {
    @Mixin
    private ModelOptions model;

    public ShellCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        try (KeptModel kept = new KeptModel()) {
            Session first = session().line(kept);
            model.applyTo(first, kept);
            try (Input input = input(first)) {
                return new Shell(session(), kept, input).run();
            }
        }
    }

    private static Input input(Session session) {
        if (!Console.isInteractive()) {
            return new PipedInput(System.in);
        }
        Completion completion = new Completion(words -> Program.commandLine(session, words), new KnownWords(session));
        return new TerminalInput(completion, UserFolders.state(System.getenv()).resolve("history"));
    }
}
