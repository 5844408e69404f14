package org.nextscale.cli.internal.shell;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;
import org.nextscale.api.progress.CancellationToken;

/** A person at a terminal: a prompt, editing, history and completion. The only class that knows JLine. */
public final class TerminalInput implements Input {
    private static final String PROMPT = "nextscale> ";
    /** The system's own commands first: they need no library unpacked. */
    private static final String PROVIDERS = "exec,jni";

    private final Terminal terminal;
    private final LineReader reader;
    private volatile CancellationToken command = new CancellationToken();

    /** @param history the file that keeps it, if there is a place for one; its folder is made if need be */
    public TerminalInput(Completion completion, Optional<Path> history) {
        terminal = open();
        terminal.handle(Signal.INT, signal -> command.cancel());
        reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("nextscale")
                .variable(LineReader.HISTORY_FILE, history.orElse(null))
                .option(LineReader.Option.CASE_INSENSITIVE, true)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .completer((lineReader, line, candidates) -> completion
                        .suggestions(
                                line.words().subList(0, line.wordIndex()),
                                line.word().substring(0, line.wordCursor()))
                        .forEach(each -> candidates.add(new Candidate(
                                each.text(), each.text(), null, each.help(), null, null, each.complete()))))
                .build();
    }

    /** JLine finds its kinds of terminal with the thread's class loader, which in a container is not its own. */
    private static Terminal open() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(Terminal.class.getClassLoader());
        try {
            return TerminalBuilder.builder()
                    .system(true)
                    .providers(PROVIDERS)
                    .dumb(true)
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException("the terminal cannot be used: " + e.getMessage(), e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Override
    public Optional<String> line() {
        try {
            return Optional.of(reader.readLine(PROMPT));
        } catch (UserInterruptException e) {
            if (Thread.interrupted()) {
                throw new CancellationException("interrupted while waiting for a line");
            }
            return Optional.of("");
        } catch (EndOfFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean isInteractive() {
        return true;
    }

    @Override
    public void running(CancellationToken running) {
        command = running;
    }

    @Override
    public void close() {
        try {
            reader.getHistory().save();
        } catch (IOException e) {
            // The history is a convenience: a folder that cannot be written costs no more than that.
        }
        try {
            terminal.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the terminal cannot be restored: " + e.getMessage(), e);
        }
    }
}
