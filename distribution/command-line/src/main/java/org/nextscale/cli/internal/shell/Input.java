package org.nextscale.cli.internal.shell;

import java.util.Optional;
import org.nextscale.api.progress.CancellationToken;

/** Where a shell's lines come from. */
public interface Input extends AutoCloseable {

    /** The next line; empty at the end of the input. Ctrl-C while one is typed gives an empty line. */
    Optional<String> line();

    /** Whether a person types them, who need not be told how a command failed twice. */
    boolean isInteractive();

    /** From now on Ctrl-C cancels this command. */
    default void running(CancellationToken command) {}

    @Override
    default void close() {}
}
