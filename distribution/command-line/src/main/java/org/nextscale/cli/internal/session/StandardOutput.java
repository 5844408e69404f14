package org.nextscale.cli.internal.session;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Optional;

/** A stream that knows why it could not be written to, which {@link PrintStream} alone forgets. Thread-safe. */
public final class StandardOutput extends PrintStream {
    private final Remembering target;

    StandardOutput(OutputStream out, Charset charset) {
        this(new Remembering(out), charset);
    }

    private StandardOutput(Remembering target, Charset charset) {
        super(new BufferedOutputStream(target), true, charset);
        this.target = target;
    }

    /** That of this process, in the encoding that Java takes the terminal's to be. */
    static StandardOutput ofProcess() {
        String encoding = System.getProperty(
                "stdout.encoding",
                System.getProperty(
                        "sun.stdout.encoding", Charset.defaultCharset().name()));
        Charset charset = Charset.isSupported(encoding) ? Charset.forName(encoding) : Charset.defaultCharset();
        return new StandardOutput(new FileOutputStream(FileDescriptor.out), charset);
    }

    /** Why something could not be written, if that is so. */
    Optional<String> failure() {
        return checkError() ? Optional.of(target.words()) : Optional.empty();
    }

    /** Whether whoever was reading has gone away, as {@code | head} does. */
    boolean isReaderGone() {
        return checkError() && target.words().toLowerCase(Locale.ROOT).contains("pipe");
    }

    private static final class Remembering extends FilterOutputStream {
        private volatile IOException failure;

        Remembering(OutputStream out) {
            super(out);
        }

        String words() {
            return failure == null || failure.getMessage() == null ? "it failed" : failure.getMessage();
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            try {
                out.write(bytes, from, count);
            } catch (IOException e) {
                failure = failure == null ? e : failure;
                throw e;
            }
        }
    }
}
