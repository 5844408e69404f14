package org.nextscale.engine.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.generation.Choice;
import org.nextscale.api.generation.GeneratedImage;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.generation.ProgressListener;
import org.nextscale.api.generation.ScaleProgress;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.Scale;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.api.sampling.GuidanceFactory;
import org.nextscale.api.sampling.RandomSource;
import org.nextscale.api.sampling.TokenSamplerFactory;
import org.nextscale.api.tokenizer.FeatureAccumulator;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.Pixels;

/** One request, checked and ready to run: everything that can be wrong with it has been said before any work is done. */
final class GenerationJob {
    private final GenerationRequest request;
    private final OpenModel model;
    private final GuardedSampler sampler;
    private final GuardedGuidance guidance;
    private final Provenance provenance;

    private GenerationJob(
            GenerationRequest request,
            OpenModel model,
            GuardedSampler sampler,
            GuardedGuidance guidance,
            Provenance provenance) {
        this.request = request;
        this.model = model;
        this.sampler = sampler;
        this.guidance = guidance;
        this.provenance = provenance;
    }

    static GenerationJob prepare(GenerationRequest request, OpenModel model, Plugins plugins) {
        int classes = model.model().spec().transformer().classes();
        for (int label : request.labels()) {
            if (label != GenerationRequest.UNCONDITIONAL && (label < 0 || label >= classes)) {
                throw new InvalidInputException("class " + label + " does not exist: model "
                        + model.model().name() + " has classes 0.." + (classes - 1));
            }
        }
        Choice sampling = request.sampler();
        TokenSamplerFactory samplers = plugins.samplers().get(sampling.id());
        ParameterValues samplerValues =
                ParameterValues.of("sampler " + sampling.id(), samplers.parameters(), sampling.values());
        Choice guiding = request.guidance();
        GuidanceFactory guidances = plugins.guidances().get(guiding.id());
        ParameterValues guidanceValues =
                ParameterValues.of("guidance " + guiding.id(), guidances.parameters(), guiding.values());
        return new GenerationJob(
                request,
                model,
                GuardedSampler.of(samplers, samplerValues),
                GuardedGuidance.of(guidances, guidanceValues),
                Provenance.of(model, request, samplerValues, guidanceValues));
    }

    /**
     * Makes the images.
     *
     * @param checkpoint called before every scale; throws when the work is to stop
     */
    void run(Consumer<GeneratedImage> sink, ProgressListener progress, Runnable checkpoint) {
        ModelSpec spec = model.model().spec();
        checkpoint.run();
        KeptFeatures kept = request.edit()
                .map(edit -> KeptFeatures.of(edit, model.tokenizer(), spec.pyramid()))
                .orElse(KeptFeatures.NOTHING);
        ScaleLoop loop = new ScaleLoop(
                model.transformer(), model.tokenizer(), sampler, guidance, kept, RandomSource.of(request.seed()));
        List<Integer> labels = request.labels();
        int batch = request.batch() > 0 ? request.batch() : BatchSize.suggest(spec);
        for (int first = 0; first < labels.size(); first += batch) {
            int[] batchLabels = labels.subList(first, Math.min(labels.size(), first + batch)).stream()
                    .mapToInt(label -> label == GenerationRequest.UNCONDITIONAL
                            ? spec.transformer().unconditionalLabel()
                            : label)
                    .toArray();
            Watch watch = new Watch(first, batchLabels.length, progress, checkpoint);
            FeatureMap features = loop.run(batchLabels, request.firstImage() + first, watch);
            checkpoint.run();
            long start = System.nanoTime();
            Pixels pixels = model.tokenizer().decode(features);
            progress.decoded(first, batchLabels.length, System.nanoTime() - start);
            finish(first, pixels).forEach(sink);
        }
    }

    private List<GeneratedImage> finish(int first, Pixels pixels) {
        request.edit()
                .filter(edit -> edit.compositeFeather().isPresent())
                .ifPresent(edit -> Composite.apply(edit, pixels));
        List<GeneratedImage> images = new ArrayList<>();
        for (int i = 0; i < pixels.batch(); i++) {
            long number = request.firstImage() + first + i;
            int label = request.labels().get(first + i);
            images.add(new GeneratedImage(
                    number, label, pixels.height(), pixels.width(), Rgb.of(pixels, i), provenance.of(number, label)));
        }
        return images;
    }

    /** Tells the listener of every scale and stops the loop when asked to. */
    private final class Watch implements ScaleObserver {
        private final int first;
        private final int images;
        private final ProgressListener progress;
        private final Runnable checkpoint;
        private long begun;
        private long predicted;

        Watch(int first, int images, ProgressListener progress, Runnable checkpoint) {
            this.first = first;
            this.images = images;
            this.progress = progress;
            this.checkpoint = checkpoint;
        }

        @Override
        public void begins(Scale scale) {
            checkpoint.run();
            begun = System.nanoTime();
        }

        @Override
        public void predicted(Scale scale, ScaleLogits logits) {
            predicted = System.nanoTime();
        }

        @Override
        public void ends(Scale scale, FeatureAccumulator features) {
            progress.scaleDone(new ScaleProgress(
                    scale,
                    first,
                    images,
                    request.labels().size(),
                    System.nanoTime() - begun,
                    predicted - begun,
                    () -> model.tokenizer().decode(features.featureMap())));
        }
    }
}
