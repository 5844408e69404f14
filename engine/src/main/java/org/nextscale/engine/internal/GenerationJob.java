package org.nextscale.engine.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.DeviceBatch;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.generation.Choice;
import org.nextscale.api.generation.GeneratedImage;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.generation.ProgressListener;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.api.sampling.GuidanceFactory;
import org.nextscale.api.sampling.RandomSource;
import org.nextscale.api.sampling.TokenSamplerFactory;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.Pixels;
import org.nextscale.engine.image.RgbImage;
import org.nextscale.engine.model.ModelPackage;

/** One request, checked and ready to run: everything that can be wrong with it has been said before any work is done. */
final class GenerationJob {
    private final GenerationRequest request;
    private final ModelPackage model;
    private final ModelSpec spec;
    private final ParameterValues samplerValues;
    private final ParameterValues guidanceValues;
    private final GuardedSampler sampler;
    private final GuardedGuidance guidance;
    private final KeptFeatures kept;

    /**
     * Images that are computed together.
     *
     * @param first index of the first in the request
     * @param labels class of each, the unconditional label where there is none
     */
    record Batch(int first, int[] labels) {}

    private GenerationJob(
            GenerationRequest request,
            OpenModel model,
            TokenSamplerFactory samplers,
            ParameterValues samplerValues,
            GuidanceFactory guidances,
            ParameterValues guidanceValues) {
        this.request = request;
        this.model = model.model();
        spec = this.model.spec();
        this.samplerValues = samplerValues;
        this.guidanceValues = guidanceValues;
        sampler = GuardedSampler.of(samplers, samplerValues);
        guidance = GuardedGuidance.of(guidances, guidanceValues);
        kept = request.edit()
                .map(edit -> KeptFeatures.of(edit, model.tokenizer(), spec.pyramid()))
                .orElse(KeptFeatures.NOTHING);
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
        return new GenerationJob(request, model, samplers, samplerValues, guidances, guidanceValues);
    }

    /** The request in pieces that are computed together. */
    List<Batch> batches() {
        int size = request.batch() > 0 ? request.batch() : BatchSize.suggest(spec);
        List<Batch> batches = new ArrayList<>();
        List<Integer> labels = request.labels();
        for (int first = 0; first < labels.size(); first += size) {
            int[] some = labels.subList(first, Math.min(labels.size(), first + size)).stream()
                    .mapToInt(label -> label == GenerationRequest.UNCONDITIONAL
                            ? spec.transformer().unconditionalLabel()
                            : label)
                    .toArray();
            batches.add(new Batch(first, some));
        }
        return batches;
    }

    /**
     * Makes one batch.
     *
     * @param deployment whose lease the caller holds
     * @param checkpoint called before every scale; throws when the work is to stop
     */
    List<GeneratedImage> run(Batch batch, Deployment deployment, ProgressListener progress, Runnable checkpoint) {
        checkpoint.run();
        LoopWatch watch = new LoopWatch(batch, request.labels().size(), deployment.tokenizer(), progress, checkpoint);
        Optional<DeviceLoop> loop = deviceLoop(deployment);
        FeatureMap features = loop.isPresent() ? onDevice(loop.get(), batch, watch) : onHost(deployment, batch, watch);
        checkpoint.run();
        long start = System.nanoTime();
        Pixels pixels = deployment.tokenizer().decode(features);
        progress.decoded(batch.first(), batch.labels().length, System.nanoTime() - start);
        request.edit()
                .filter(edit -> edit.compositeFeather().isPresent())
                .ifPresent(edit -> Composite.apply(edit, pixels));
        return finish(batch, pixels, Provenance.of(model, deployment, request, samplerValues, guidanceValues));
    }

    /** The backend's own loop, if it can make what is asked for; it knows no edits, and samplers and guidances by arithmetic. */
    private Optional<DeviceLoop> deviceLoop(Deployment deployment) {
        return request.edit().isPresent()
                ? Optional.empty()
                : sampler.arithmetic()
                        .flatMap(sampling ->
                                guidance.arithmetic().flatMap(guiding -> deployment.deviceLoop(sampling, guiding)));
    }

    private FeatureMap onDevice(DeviceLoop loop, Batch batch, LoopWatch watch) {
        return loop.run(
                new DeviceBatch(
                        batch.labels(),
                        request.firstImage() + batch.first(),
                        request.seed(),
                        sampler.arithmetic().orElseThrow(),
                        guidance.arithmetic().orElseThrow()),
                watch);
    }

    private FeatureMap onHost(Deployment deployment, Batch batch, LoopWatch watch) {
        ScaleLoop loop = new ScaleLoop(
                deployment.transformer(),
                deployment.tokenizer(),
                sampler,
                guidance,
                kept,
                RandomSource.of(request.seed()));
        return loop.run(batch.labels(), request.firstImage() + batch.first(), watch);
    }

    private List<GeneratedImage> finish(Batch batch, Pixels pixels, Provenance provenance) {
        List<GeneratedImage> images = new ArrayList<>();
        for (int i = 0; i < pixels.batch(); i++) {
            long number = request.firstImage() + batch.first() + i;
            int label = request.labels().get(batch.first() + i);
            images.add(new GeneratedImage(
                    number,
                    label,
                    pixels.height(),
                    pixels.width(),
                    RgbImage.of(pixels, i).rgb(),
                    provenance.of(number, label)));
        }
        return images;
    }
}
