package org.nextscale.cli.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StandardOutputTest {
    private final ByteArrayOutputStream words = new ByteArrayOutputStream();

    private Console console(OutputStream out) {
        return new Console(
                new StandardOutput(out, StandardCharsets.UTF_8),
                new PrintStream(words, true, StandardCharsets.UTF_8),
                false,
                false);
    }

    private static OutputStream failing(String reason) {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException(reason);
            }
        };
    }

    @Test
    void aReaderWhoHasGoneEndsItWithoutAWord() {
        Console console = console(failing("Broken pipe"));
        console.line("one");
        console.line("two");

        assertEquals(ExitCode.READER_GONE, console.arrived());
        assertEquals("", words.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aFullDiskIsSaid() {
        Console console = console(failing("No space left on device"));
        console.line("one");

        assertEquals(ExitCode.FAILURE, console.arrived());
        assertTrue(words.toString(StandardCharsets.UTF_8)
                .startsWith("nextscale: standard output cannot be written to: No space left on device"));
    }

    @Test
    void whatArrivesIsTheText() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Console console = console(out);
        console.line("K\u00e4fer");

        assertEquals(ExitCode.OK, console.arrived());
        assertEquals("K\u00e4fer" + System.lineSeparator(), out.toString(StandardCharsets.UTF_8));
    }
}
