package org.nextscale.cli.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.nextscale.api.BackendException;
import org.nextscale.api.FileException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.PluginException;
import org.nextscale.api.TrainingException;
import org.nextscale.api.progress.CancellationToken;
import org.nextscale.cli.internal.session.Console;
import org.nextscale.cli.internal.session.ExitCode;

class FailureTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final CancellationToken cancellation = new CancellationToken();
    private final Failure failure = new Failure(
            new Console(System.out, new PrintStream(printed, true, StandardCharsets.UTF_8), false, false),
            cancellation);

    @Test
    void whatTheUserCanPutRightHasACodeOfItsOwn() {
        assertReported(ExitCode.INPUT, "there is no class boat", new InvalidInputException("there is no class boat"));
    }

    @Test
    void whatGoesWrongWhileWorkingIsAFailureInItsOwnWords() {
        assertReported(ExitCode.FAILURE, "the disk is full", new FileException("the disk is full"));
        assertReported(ExitCode.FAILURE, "the GPU fell over", new BackendException("the GPU fell over"));
        assertReported(ExitCode.FAILURE, "sampler quirky failed", new PluginException("sampler quirky failed"));
        assertReported(ExitCode.FAILURE, "the loss is no number", new TrainingException("the loss is no number"));
        assertReported(ExitCode.FAILURE, "the pipe broke", new IOException("the pipe broke"));
        assertReported(
                ExitCode.FAILURE, "the pipe broke", new UncheckedIOException("the pipe broke", new IOException()));
    }

    @Test
    void aMistakeIsCalledOne() {
        assertReported(
                ExitCode.FAILURE,
                "unexpected failure, which is a mistake in nextscale or a plugin: IllegalStateException: oops;"
                        + " --stacktrace shows where",
                new IllegalStateException("oops"));
    }

    @Test
    void whateverComesOfCtrlCIsNoFailure() {
        assertReported(ExitCode.STOPPED, "stopped", new CancellationException());
        cancellation.cancel();
        assertReported(ExitCode.STOPPED, "stopped", new FileException("the pipe broke"));
        assertReported(ExitCode.STOPPED, "stopped", new IllegalStateException("interrupted"));
    }

    @Test
    void whatIsSaidEvenAfterCtrlC() {
        cancellation.cancel();
        assertReported(ExitCode.FAILURE, "step-2.ckpt is kept", new TrainingException("step-2.ckpt is kept"));
        assertReported(ExitCode.INPUT, "there is no class boat", new InvalidInputException("there is no class boat"));
    }

    private void assertReported(int exitCode, String words, Throwable thrown) {
        printed.reset();
        assertEquals(exitCode, failure.report(thrown));
        assertEquals("nextscale: " + words + System.lineSeparator(), printed.toString(StandardCharsets.UTF_8));
    }
}
