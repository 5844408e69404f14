package org.nextscale.cli.internal.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Lines of a file or of another program, in UTF-8, without a prompt. Reading waits on a thread of its own, so that whoever
 * waits for a line can be interrupted.
 */
public class PipedInput implements Input {
    private final BufferedReader reader;

    public PipedInput(InputStream in) {
        reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    @Override
    public Optional<String> line() {
        CompletableFuture<Optional<String>> next = new CompletableFuture<>();
        Thread reading = new Thread(() -> read(next), "nextscale-input");
        reading.setDaemon(true);
        reading.start();
        try {
            return next.get();
        } catch (InterruptedException e) {
            throw new CancellationException("interrupted while waiting for a line");
        } catch (ExecutionException e) {
            throw new UncheckedIOException(
                    "standard input cannot be read: " + e.getCause().getMessage(), (IOException) e.getCause());
        }
    }

    private void read(CompletableFuture<Optional<String>> next) {
        try {
            next.complete(Optional.ofNullable(reader.readLine()));
        } catch (IOException e) {
            next.completeExceptionally(e);
        }
    }

    @Override
    public boolean isInteractive() {
        return false;
    }
}
