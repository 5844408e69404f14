package org.nextscale.cli.internal.shell;

import java.util.List;
import java.util.Optional;
import org.nextscale.api.InvalidInputException;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.KeptModel;
import org.nextscale.cli.internal.session.Session;

/** Reads lines and runs them as commands, one after the other, with a model that stays open between them. */
public final class Shell {
    private static final List<String> ENDS = List.of("exit", "quit");

    private final Session session;
    private final KeptModel kept;
    private final Input input;
    private final Interpreter interpreter;

    public Shell(Session session, KeptModel kept, Input input, Interpreter interpreter) {
        this.session = session;
        this.kept = kept;
        this.input = input;
        this.interpreter = interpreter;
    }

    /**
     * Runs until the input ends or says {@code exit}.
     *
     * @return the exit code of the last command that failed, for a program that looks at it; a person has seen it
     */
    public int run() {
        Thread reader = Thread.currentThread();
        Thread onSignal = new Thread(reader::interrupt, "nextscale-shell-interruption");
        int exitCode = ExitCode.OK;
        while (!session.cancellation().isCancelled()) {
            Optional<String> line = next(onSignal);
            if (line.isEmpty() || ENDS.contains(line.get().strip())) {
                break;
            }
            int ofLine = run(line.get());
            exitCode = ofLine == ExitCode.OK ? exitCode : ofLine;
        }
        return input.isInteractive() ? ExitCode.OK : exitCode;
    }

    /** The next line. A signal that ends the process does not wait for it. */
    private Optional<String> next(Thread onSignal) {
        try {
            Runtime.getRuntime().addShutdownHook(onSignal);
            try {
                return input.line();
            } finally {
                Runtime.getRuntime().removeShutdownHook(onSignal);
            }
        } catch (IllegalStateException e) {
            return Optional.empty(); // the process is ending, which CancellationException says too
        }
    }

    private int run(String line) {
        List<String> words;
        try {
            words = Line.words(line);
        } catch (InvalidInputException e) {
            session.console().problem(e.getMessage());
            return ExitCode.INPUT;
        }
        if (words.isEmpty()) {
            return ExitCode.OK;
        }
        Session ofLine = session.line(kept);
        input.running(ofLine.cancellation());
        return interpreter.run(ofLine, words);
    }
}
