package org.nextscale.cli.internal;

import java.io.PrintWriter;
import java.util.List;
import org.nextscale.cli.internal.session.Console;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.cli.internal.shell.Interpreter;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.TypeConversionException;

/** Runs one command line from arguments to exit code; never throws. */
public final class Program {
    private static final int HELP_WIDTH = 110;

    /** For the shell, which runs a line as this program runs its arguments. */
    static final Interpreter INTERPRETER = new Interpreter() {
        @Override
        public int run(Session line, List<String> words) {
            return Program.run(line, words.toArray(String[]::new));
        }

        @Override
        public CommandLine commandLine(Session line, List<String> words) {
            Failure failure = new Failure(line.console(), line.cancellation());
            return Program.commandLine(line, failure, words.toArray(String[]::new));
        }
    };

    private Program() {}

    /** @return one of {@link ExitCode} */
    public static int run(Session session, String... arguments) {
        System.setProperty("java.awt.headless", "true");
        Console console = session.console();
        Failure failure = new Failure(console, session.cancellation());
        try (Interruption interruption = new Interruption(session)) {
            CommandLine root = commandLine(session, failure, arguments);
            int exitCode = root.execute(arguments);
            int arrived = console.arrived();
            return arrived == ExitCode.OK ? exitCode : arrived;
        } catch (Throwable e) {
            return failure.report(e);
        }
    }

    private static CommandLine commandLine(Session session, Failure failure, String... arguments) {
        CommandLine root = new CommandLine(new RootCommand(session));
        Commands.addTo(root, session, List.of(arguments));
        root.setColorScheme(
                CommandLine.Help.defaultColorScheme(session.console().colours() ? Ansi.ON : Ansi.OFF));
        root.setUsageHelpWidth(HELP_WIDTH);
        root.setOut(new PrintWriter(session.console().out(), true));
        root.setErr(new PrintWriter(session.console().err(), true));
        root.registerConverter(int.class, Program::wholeNumber);
        root.registerConverter(Integer.class, Program::wholeNumber);
        root.registerConverter(long.class, Program::longNumber);
        root.registerConverter(Long.class, Program::longNumber);
        root.setExecutionExceptionHandler((exception, command, parsed) -> failure.report(exception));
        root.setParameterExceptionHandler((exception, words) -> failure.reportUsage(exception));
        return root;
    }

    private static int wholeNumber(String text) {
        long number = longNumber(text);
        if (number != (int) number) {
            throw new TypeConversionException("'" + text + "' is too large");
        }
        return (int) number;
    }

    private static long longNumber(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is not a whole number");
        }
    }
}
