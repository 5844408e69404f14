package org.nextscale.cli.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.PluginException;
import org.nextscale.api.backend.BackendException;
import org.nextscale.api.generation.CancellationToken;
import picocli.CommandLine;
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
        if (exception.getCause() instanceof InvalidInputException cause) {
            return report(cause);
        }
        CommandLine command = exception.getCommandLine();
        say(usageMessage(exception, command) + "; see "
                + command.getCommandSpec().qualifiedName() + " --help");
        trace(exception);
        return ExitCode.INPUT;
    }

    private static String usageMessage(ParameterException exception, CommandLine command) {
        if (!(exception instanceof UnmatchedArgumentException unmatched)) {
            String message = exception.getMessage();
            return Character.toLowerCase(message.charAt(0)) + message.substring(1);
        }
        String word = unmatched.getUnmatched().get(0);
        boolean option = unmatched.isUnknownOption();
        if (!option && command.getSubcommands().isEmpty()) {
            return "'" + word + "' is one word too many: a name of several words goes in quotes";
        }
        List<String> suggestions = unmatched.getSuggestions();
        return "there is no " + (option ? "option " : "command ") + word
                + (suggestions.isEmpty() ? "" : ", did you mean " + suggestions.get(0) + "?");
    }

    /** Anything a command threw. */
    int report(Throwable failure) {
        trace(failure);
        if (failure instanceof InvalidInputException) {
            say(failure.getMessage());
            return ExitCode.INPUT;
        }
        if (cancellation.isCancelled() || failure instanceof CancellationException) {
            say("stopped");
            return ExitCode.STOPPED;
        }
        if (failure instanceof BackendException || failure instanceof PluginException) {
            say(failure.getMessage());
        } else if (failure instanceof UncheckedIOException || failure instanceof IOException) {
            say(failure.getMessage());
        } else if (failure instanceof OutOfMemoryError) {
            say("not enough memory (" + failure.getMessage() + "): a smaller --batch or model, or a larger heap");
        } else {
            say("unexpected failure, which is a mistake in nextscale or a plugin: " + failure
                    + "; --stacktrace shows where");
        }
        return ExitCode.FAILURE;
    }

    private void say(String message) {
        console.problem(String.valueOf(message));
    }

    private void trace(Throwable failure) {
        if (console.isDebugging()) {
            failure.printStackTrace(console.err());
        }
    }
}
