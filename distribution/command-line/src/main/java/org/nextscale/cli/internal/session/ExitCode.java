package org.nextscale.cli.internal.session;

/** What the process ends with; the same for every command, and documented in {@code nextscale --help}. */
public final class ExitCode {
    public static final int OK = 0;
    /** Something went wrong while working: a backend failed, a check did not hold, a file could not be written. */
    public static final int FAILURE = 1;
    /** What was typed, or a file that was named, cannot be used. */
    public static final int INPUT = 2;
    /** Whoever was reading standard output has gone, as {@code | head} does: what a shell says of programs that this ends. */
    public static final int READER_GONE = 141;
    /** Stopped by Ctrl-C. */
    public static final int STOPPED = 130;

    private ExitCode() {}
}
