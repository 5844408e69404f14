package org.nextscale.cli.internal.command;

import java.util.concurrent.Callable;
import org.nextscale.cli.internal.session.Console;
import org.nextscale.cli.internal.session.Session;
import picocli.CommandLine.Option;

/** What every command has: its session, and {@code --help}. Returns the exit code; throws what went wrong. */
public abstract class SessionCommand implements Callable<Integer> {
    private final Session session;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            order = 100,
            description = "print this help")
    private boolean help;

    protected SessionCommand(Session session) {
        this.session = session;
    }

    protected final Session session() {
        return session;
    }

    protected final Console console() {
        return session.console();
    }
}
