package org.nextscale.cli.internal.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.nextscale.api.training.TrainingProgress;
import org.nextscale.cli.internal.session.Console;

class TrainingReportTest {
    private static final long SECOND = 1_000_000_000L;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private long now;

    private TrainingReport report(boolean terminal) {
        PrintStream err = new PrintStream(printed, true, StandardCharsets.UTF_8);
        return new TrainingReport(new Console(System.out, err, false, terminal), () -> now);
    }

    private static TrainingProgress step(long step) {
        return TrainingProgress.of(step, 100, 2.34567, 2.5)
                .with("learning-rate", 3e-5)
                .with("grad-norm", 12);
    }

    @Test
    void withoutATerminalALineIsPrintedNowAndThen() {
        try (TrainingReport report = report(false)) {
            for (int step = 1; step <= 100; step++) {
                now += SECOND;
                report.stepDone(step(step));
            }
        }
        String[] lines = text().split("\n");
        assertEquals(5, lines.length, text());
        assertEquals(
                "step 1/100, loss 2.35, learning-rate 3.00e-05, grad-norm 12, 2.50 s/step, 4 min 8 s left", lines[0]);
        assertTrue(lines[1].startsWith("step 31/100, "), lines[1]);
        assertEquals("step 100/100, loss 2.35, learning-rate 3.00e-05, grad-norm 12, 2.50 s/step", lines[4]);
    }

    @Test
    void onATerminalOneLineIsWrittenOver() {
        try (TrainingReport report = report(true)) {
            report.say("preparing");
            report.stepDone(step(50));
            report.note("a checkpoint was written");
            report.stepDone(step(51));
        }
        assertTrue(text().startsWith("\r\u001b[Kpreparing ..."), text());
        assertTrue(
                text().contains(
                                "\r\u001b[K[###############---------------] step 50/100, loss 2.35, learning-rate 3.00e-05, "
                                        + "2.50 s/step, 2 min 5 s left"),
                text());
        assertTrue(text().contains("\r\u001b[Knextscale: a checkpoint was written\n\r\u001b[K["), text());
        assertTrue(text().endsWith("\r\u001b[K"), "and vanishes");
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
