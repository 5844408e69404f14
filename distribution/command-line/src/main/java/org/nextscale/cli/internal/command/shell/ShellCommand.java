package org.nextscale.cli.internal.command.shell;

import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.option.ModelOptions;
import org.nextscale.cli.internal.session.Console;
import org.nextscale.cli.internal.session.KeptModel;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.cli.internal.session.UserFolders;
import org.nextscale.cli.internal.shell.Completion;
import org.nextscale.cli.internal.shell.Input;
import org.nextscale.cli.internal.shell.Interpreter;
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

    private final Interpreter interpreter;

    /** @param interpreter of its lines */
    public ShellCommand(Session session, Interpreter interpreter) {
        super(session);
        this.interpreter = interpreter;
    }

    @Override
    public Integer call() {
        try (KeptModel kept = new KeptModel()) {
            Session first = session().line(kept);
            model.applyTo(first, kept);
            try (Input input = input(first)) {
                return new Shell(session(), kept, input, interpreter).run();
            }
        }
    }

    private Input input(Session session) {
        if (!Console.isInteractive()) {
            return new PipedInput(System.in);
        }
        Completion completion =
                new Completion(words -> interpreter.commandLine(session, words), new KnownWords(session));
        return new TerminalInput(
                completion, UserFolders.state(System.getenv()).map(folder -> folder.resolve("history")));
    }
}
