package org.nextscale.cli.internal.output;

import java.nio.file.Path;
import java.util.Map;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.RgbImage;
import org.nextscale.cli.internal.session.Console;
import org.nextscale.files.WholeFile;
import org.nextscale.image.PngFile;

/** Where one picture goes: a file, or standard output, which is called {@code -}. What is said about it goes to standard error then. */
public final class PngOutput {
    private static final String STANDARD_OUTPUT = "-";

    private final Path path;
    private final Console console;

    private PngOutput(Path path, Console console) {
        this.path = path;
        this.console = console;
    }

    /**
     * Looks before any work is done whether it can be written to.
     *
     * @param json whether a JSON document goes to standard output
     */
    public static PngOutput of(Path path, Console console, boolean json) {
        if (isStandardOutput(path)) {
            if (json) {
                throw new InvalidInputException(
                        "--json and --out - both go to standard output: leave one of the two out");
            }
            if (Console.isTerminal()) {
                throw new InvalidInputException(
                        "--out - writes a picture to standard output, which is a terminal: send it to a file or a program");
            }
        } else {
            WholeFile.requirePlace(path);
        }
        return new PngOutput(path, console);
    }

    public static boolean isStandardOutput(Path path) {
        return path.toString().equals(STANDARD_OUTPUT);
    }

    public Path path() {
        return path;
    }

    public void write(RgbImage image, Map<String, String> texts) {
        if (isStandardOutput(path)) {
            console.out().writeBytes(PngFile.bytes(image, texts));
            console.out().flush();
        } else {
            PngFile.write(path, image, texts);
        }
    }

    /** Says what was written. */
    public void say(String text) {
        if (isStandardOutput(path)) {
            console.err().println(text);
        } else {
            console.line(text);
        }
    }
}
