package org.nextscale.launcher;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Catches what is printed on standard error while it is open. */
final class StandardError implements AutoCloseable {
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    StandardError() {
        System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    /** What was printed since the last call, with line breaks as on Linux. */
    String text() {
        String text = printed.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
        printed.reset();
        return text;
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
