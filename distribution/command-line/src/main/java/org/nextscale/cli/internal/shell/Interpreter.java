package org.nextscale.cli.internal.shell;

import java.util.List;
import org.nextscale.cli.internal.session.Session;
import picocli.CommandLine;

/** What the shell hands its lines to. */
public interface Interpreter {
    /** Runs a line; returns its exit code, never throws. */
    int run(Session line, List<String> words);

    /** What a line that begins with these words is parsed with: its commands, options and parameters. */
    CommandLine commandLine(Session line, List<String> words);
}
