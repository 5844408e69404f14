package org.nextscale.cli.internal.session;

import com.google.gson.JsonElement;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.nextscale.cli.internal.text.Json;

/**
 * Where a command prints: results on standard output, all else on standard error. Colours and progress appear only where a
 * person is looking at a terminal.
 */
public final class Console {
    private final PrintStream out;
    private final PrintStream err;
    private final boolean colours;
    private final boolean progress;
    private boolean debugging;

    /**
     * @param colours whether standard output shows colours
     * @param progress whether standard error shows a line that is written over
     */
    public Console(PrintStream out, PrintStream err, boolean colours, boolean progress) {
        this.out = out;
        this.err = err;
        this.colours = colours;
        this.progress = progress;
    }

    static Console ofProcess(Map<String, String> environment) {
        boolean dumb = "dumb".equals(environment.get("TERM"));
        boolean plain = dumb || !environment.getOrDefault("NO_COLOR", "").isEmpty();
        Console console = new Console(
                StandardOutput.ofProcess(), System.err, !plain && isTerminal("out", 1), !dumb && isTerminal("err", 2));
        console.debugging = !environment.getOrDefault("NEXTSCALE_DEBUG", "").isEmpty();
        return console;
    }

    /** Whether a person types and reads here. */
    public static boolean isInteractive() {
        boolean windows = File.separatorChar == '\\';
        return windows ? System.console() != null : isTerminal("in", 0) && isTerminal("out", 1);
    }

    /** Whether standard output is a terminal. */
    public static boolean isTerminal() {
        return isTerminal("out", 1);
    }

    /**
     * Whether a stream is a terminal. {@link System#console()} knows that of both streams together or, from JDK 22 on, of
     * neither; start scripts can say it with {@code -Dnextscale.terminal.out=true} and {@code …err}, Linux says it itself.
     */
    private static boolean isTerminal(String name, int descriptor) {
        String said = System.getProperty("nextscale.terminal." + name);
        if (said != null) {
            return Boolean.parseBoolean(said);
        }
        try {
            Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor));
            return target.startsWith("/dev/pts") || target.toString().startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException | InvalidPathException | SecurityException e) {
            return false;
        }
    }

    /**
     * Looks in the end whether all that was printed has arrived; says why not.
     *
     * @return the exit code for that, or {@link ExitCode#OK}
     */
    public int arrived() {
        out.flush();
        if (out instanceof StandardOutput standard && standard.isReaderGone()) {
            return ExitCode.READER_GONE;
        }
        if (!out.checkError()) {
            return ExitCode.OK;
        }
        problem("standard output cannot be written to: "
                + (out instanceof StandardOutput standard ? standard.failure().orElseThrow() : "it failed"));
        return ExitCode.FAILURE;
    }

    public PrintStream out() {
        return out;
    }

    public PrintStream err() {
        return err;
    }

    public boolean colours() {
        return colours;
    }

    public boolean showsProgress() {
        return progress;
    }

    public boolean isDebugging() {
        return debugging;
    }

    public void setDebugging() {
        debugging = true;
    }

    /** Prints a line of the result. */
    public void line(String text) {
        out.println(text);
    }

    /** Prints one JSON document as the result. */
    public void json(JsonElement document) {
        out.println(Json.text(document));
    }

    /** Prints something a person should know that does not end the command. */
    public void warn(String text) {
        err.println("nextscale: warning: " + text);
    }

    /** Prints why something cannot be used, on a line of its own. */
    public void problem(String text) {
        err.println("nextscale: " + text.strip().replace("\r", "").replace("\n", " "));
    }

    public String bold(String text) {
        return styled("1", text);
    }

    public String good(String text) {
        return styled("32", text);
    }

    public String bad(String text) {
        return styled("31", text);
    }

    private String styled(String code, String text) {
        return colours ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
