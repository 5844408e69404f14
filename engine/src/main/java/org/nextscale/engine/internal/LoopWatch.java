package org.nextscale.engine.internal;

import java.util.function.Supplier;
import org.nextscale.api.backend.DeviceLoopObserver;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.generation.ProgressListener;
import org.nextscale.api.generation.ScaleProgress;
import org.nextscale.api.model.Scale;
import org.nextscale.api.tokenizer.FeatureAccumulator;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.VisualTokenizer;

/** Tells a listener of every scale of a batch, wherever its loop runs, and stops the loop when asked to. */
final class LoopWatch implements ScaleObserver, DeviceLoopObserver {
    private final GenerationJob.Batch batch;
    private final int totalImages;
    private final VisualTokenizer tokenizer;
    private final ProgressListener progress;
    private final Runnable checkpoint;
    /** When the scale before ended; what the transformer computes of the labels alone counts as the first scale's. */
    private long begun = System.nanoTime();

    private long predicted;

    /** @param checkpoint called before every scale; throws when the work is to stop */
    LoopWatch(
            GenerationJob.Batch batch,
            int totalImages,
            VisualTokenizer tokenizer,
            ProgressListener progress,
            Runnable checkpoint) {
        this.batch = batch;
        this.totalImages = totalImages;
        this.tokenizer = tokenizer;
        this.progress = progress;
        this.checkpoint = checkpoint;
    }

    @Override
    public void begins(Scale scale) {
        checkpoint.run();
    }

    @Override
    public void predicted(Scale scale, ScaleLogits logits) {
        predicted = System.nanoTime();
    }

    @Override
    public void ends(Scale scale, FeatureAccumulator features) {
        report(scale, System.nanoTime(), predicted, features::featureMap);
    }

    @Override
    public void ends(Scale scale, Supplier<FeatureMap> features) {
        long ended = System.nanoTime();
        report(scale, ended, ended, features);
    }

    private void report(Scale scale, long ended, long transformed, Supplier<FeatureMap> features) {
        progress.scaleDone(new ScaleProgress(
                scale,
                batch.first(),
                batch.labels().length,
                totalImages,
                ended - begun,
                transformed - begun,
                () -> tokenizer.decode(features.get())));
        begun = System.nanoTime();
    }
}
