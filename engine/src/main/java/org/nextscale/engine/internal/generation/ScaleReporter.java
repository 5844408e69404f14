package org.nextscale.engine.internal.generation;

import java.util.function.Supplier;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.generation.BatchProgress;
import org.nextscale.api.generation.GenerationListener;
import org.nextscale.api.generation.ScaleProgress;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.Scale;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.tokenizer.FeatureAccumulator;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.VisualTokenizer;

/** Tells a listener of every scale of a batch, wherever its loop runs, and stops the host's loop when asked to. */
final class ScaleReporter implements ScaleObserver {
    private final GenerationJob.Batch batch;
    private final int totalImages;
    private final Guidance guidance;
    private final VisualTokenizer tokenizer;
    private final GenerationListener listener;
    private final Cancellation cancellation;
    /** When the scale before ended; what the transformer computes of the conditions alone counts as the first scale's. */
    private long begun = System.nanoTime();

    private long predicted;

    ScaleReporter(
            GenerationJob.Batch batch,
            int totalImages,
            Guidance guidance,
            VisualTokenizer tokenizer,
            GenerationListener listener,
            Cancellation cancellation) {
        this.batch = batch;
        this.totalImages = totalImages;
        this.guidance = guidance;
        this.tokenizer = tokenizer;
        this.listener = listener;
        this.cancellation = cancellation;
    }

    private record Decoded(int firstImage, int images, int totalImages, long nanoseconds) implements BatchProgress {}

    private record ScaleDone(
            Scale scale,
            int firstImage,
            int images,
            int totalImages,
            boolean isGuided,
            long nanoseconds,
            long transformerNanoseconds,
            Supplier<Pixels> decoding)
            implements ScaleProgress {
        @Override
        public Pixels preview() {
            return decoding.get();
        }
    }

    @Override
    public void begins(Scale scale) {
        cancellation.throwIfCancelled();
    }

    @Override
    public void predicted(Scale scale, ScaleLogits logits) {
        predicted = System.nanoTime();
    }

    @Override
    public void ends(Scale scale, FeatureAccumulator features) {
        report(scale, System.nanoTime(), predicted, features::featureMap);
    }

    /** The device is done with a scale. */
    void doneOnDevice(Scale scale, Supplier<FeatureMap> features) {
        long ended = System.nanoTime();
        report(scale, ended, ended, features);
    }

    private void report(Scale scale, long ended, long transformed, Supplier<FeatureMap> features) {
        listener.scaleDone(new ScaleDone(
                scale,
                batch.first(),
                batch.conditions().size(),
                totalImages,
                guidance.usesUnconditional(scale),
                ended - begun,
                transformed - begun,
                () -> tokenizer.decode(features.get())));
        begun = System.nanoTime();
    }

    /** Decodes the batch, and tells how long that took. */
    Pixels decoded(Supplier<Pixels> decoder) {
        long start = System.nanoTime();
        Pixels pixels = decoder.get();
        listener.decoded(new Decoded(batch.first(), batch.conditions().size(), totalImages, System.nanoTime() - start));
        return pixels;
    }
}
