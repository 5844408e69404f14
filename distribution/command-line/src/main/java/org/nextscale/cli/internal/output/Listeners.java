package org.nextscale.cli.internal.output;

import java.util.List;
import org.nextscale.api.generation.ProgressListener;
import org.nextscale.api.generation.ScaleProgress;

/** Several watchers of one request. */
public final class Listeners implements ProgressListener {
    private final List<ProgressListener> all;

    public Listeners(List<ProgressListener> all) {
        this.all = List.copyOf(all);
    }

    @Override
    public void scaleDone(ScaleProgress progress) {
        all.forEach(listener -> listener.scaleDone(progress));
    }

    @Override
    public void decoded(int firstImage, int images, long nanoseconds) {
        all.forEach(listener -> listener.decoded(firstImage, images, nanoseconds));
    }
}
