package org.nextscale.cli.internal.output;

import java.io.PrintStream;
import org.nextscale.api.generation.GenerationListener;
import org.nextscale.api.generation.ScaleProgress;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.cli.internal.session.Console;
import org.nextscale.cli.internal.text.Duration;

/**
 * One line on a terminal that is written over: how far the work is. Shows nothing where nobody is looking, and vanishes when
 * closed.
 */
public final class ProgressLine implements GenerationListener, ProgressListener, AutoCloseable {
    private static final int WIDTH = 30;
    private static final String CLEAR = "\r\u001b[K";

    private final PrintStream err;
    private final boolean shown;
    private final long start = System.nanoTime();

    public ProgressLine(Console console) {
        err = console.err();
        shown = console.showsProgress();
    }

    /** Says what is being done, where there is no measure of it. */
    public void say(String what) {
        if (shown) {
            err.print(CLEAR + what + " ...");
            err.flush();
        }
    }

    /** How many of how many are done. */
    public void show(String what, double done) {
        if (shown) {
            int filled = (int) Math.round(Math.max(0, Math.min(1, done)) * WIDTH);
            err.print(CLEAR + "[" + "#".repeat(filled) + "-".repeat(WIDTH - filled) + "] " + what + "  "
                    + Duration.words(System.nanoTime() - start));
            err.flush();
        }
    }

    @Override
    public void progress(String what, long done, long total) {
        show(what, (double) done / total);
    }

    /** The same with how many are done in words, where they are not bytes. */
    public ProgressListener counting() {
        return (what, done, total) -> show(what + " " + done + "/" + total, (double) done / total);
    }

    @Override
    public void scaleDone(ScaleProgress progress) {
        if (!shown) {
            return;
        }
        // Time grows with the tokens seen so far, and the last scales hold most of them.
        double tokens = 0;
        double all = 0;
        for (int k = 0; k < progress.scale().count(); k++) {
            double share = Math.pow((k + 1.0) / progress.scale().count(), 2);
            all += share;
            tokens += k <= progress.scale().index() ? share : 0;
        }
        double images = progress.firstImage() + progress.images() * tokens / all;
        int last = progress.firstImage() + progress.images();
        show(
                "scale " + (progress.scale().index() + 1) + "/"
                        + progress.scale().count()
                        + (progress.totalImages() == 1 ? "" : ", images " + last + "/" + progress.totalImages()),
                images / progress.totalImages());
    }

    @Override
    public void close() {
        if (shown) {
            err.print(CLEAR);
            err.flush();
        }
    }
}
