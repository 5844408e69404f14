package org.nextscale.cli.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.NextscaleException;
import org.nextscale.api.TrainingException;
import org.nextscale.api.progress.CancellationToken;
import org.nextscale.cli.internal.session.Console;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.files.PrintableText;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What went wrong, as one line for a person and an exit code for a program. */
final class Failure {
    private final Console console;
    private final CancellationToken cancellation;

    Failure(Console console, CancellationToken cancellation) {
        this.console = console;
        this.cancellation = cancellation;
    }

    /** Something typed that picocli does not understand. */
    int reportUsage(ParameterException exception) {
        Throwable cause = exception.getCause();
        if (cause instanceof InvalidInputException || cause instanceof InvalidPathException) {
            return report(cause);
        }
        CommandLine command = exception.getCommandLine();
        console.problem(usageMessage(exception, command) + " (see "
                + command.getCommandSpec().qualifiedName() + " --help)");
        trace(exception);
        return ExitCode.INPUT;
    }

    private static String usageMessage(ParameterException exception, CommandLine command) {
        if (!(exception instanceof UnmatchedArgumentException unmatched)) {
            String message = exception.getMessage();
            String start = Character.toLowerCase(message.charAt(0)) + message.substring(1);
            return start.endsWith(".") ? start.substring(0, start.length() - 1) : start;
        }
        String word = unmatched.getUnmatched().get(0);
        boolean option = unmatched.isUnknownOption();
        boolean wantsCommand = !command.getSubcommands().isEmpty();
        if (!option && !wantsCommand) {
            boolean named = command.getCommandSpec().findOption("--class") != null;
            return "'" + word + "' is one word too many: "
                    + (named ? "what to show is said with --class, " : "")
                    + "a name of several words goes in quotes";
        }
        if (option && wantsCommand) {
            return "there is no option " + word + " before the command, such as " + example(command) + " " + word;
        }
        List<String> suggestions = unmatched.getSuggestions();
        return "there is no " + (option ? "option " : "command ") + word
                + (suggestions.isEmpty() ? "" : ", did you mean " + suggestions.get(0) + "?");
    }

    private static String example(CommandLine group) {
        CommandSpec spec = group.getCommandSpec();
        return spec.parent() == null
                ? "nextscale generate"
                : spec.qualifiedName() + " "
                        + spec.subcommands().keySet().iterator().next();
    }

    /** Anything a command threw. */
    int report(Throwable failure) {
        trace(failure);
        if (failure instanceof InvalidInputException) {
            console.problem(String.valueOf(failure.getMessage()));
            return ExitCode.INPUT;
        }
        if (failure instanceof TrainingException) {
            console.problem(
                    String.valueOf(failure.getMessage())); // also of a run that was to stop: it says what is kept
            return ExitCode.FAILURE;
        }
        if (cancellation.isCancelled() || failure instanceof CancellationException) {
            console.problem("stopped");
            return ExitCode.STOPPED;
        }
        if (failure instanceof InvalidPathException path) {
            console.problem("\"" + path.getInput() + "\" cannot be the name of a file here: " + path.getReason()
                    + "; with a locale such as C.UTF-8 (LC_ALL) all names can");
            return ExitCode.INPUT;
        }
        if (failure instanceof NextscaleException
                || failure instanceof UncheckedIOException
                || failure instanceof IOException) {
            console.problem(String.valueOf(failure.getMessage()));
        } else if (PrintableText.beginning(failure) instanceof OutOfMemoryError memory) {
            // Threads that work together wrap what one of them threw.
            String which = memory.getMessage() == null ? "" : " (" + memory.getMessage() + ")";
            console.problem("not enough memory" + which
                    + ": a smaller --batch or model, or a larger heap (NEXTSCALE_JAVA_OPTS=-Xmx4g)");
        } else {
            console.problem("unexpected failure, which is a mistake in nextscale or a plugin: "
                    + PrintableText.reason(failure) + "; --stacktrace shows where");
        }
        return ExitCode.FAILURE;
    }

    private void trace(Throwable failure) {
        if (console.isDebugging()) {
            failure.printStackTrace(console.err());
        }
    }
}
