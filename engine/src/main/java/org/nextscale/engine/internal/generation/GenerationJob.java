package org.nextscale.engine.internal.generation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.PluginException;
import org.nextscale.api.backend.DeviceBatch;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.generation.GeneratedImage;
import org.nextscale.api.generation.GenerationListener;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.image.RgbImage;
import org.nextscale.api.model.Condition;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.Model;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.sampling.ExactAlgorithm;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceProvider;
import org.nextscale.api.sampling.RandomSource;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.backend.support.DescribedMachine;
import org.nextscale.engine.internal.backend.LoadedModel;
import org.nextscale.engine.internal.plugin.PluginRegistry;

/** One request, checked and ready to run: everything that can be wrong with it has been said before any work is done. */
public final class GenerationJob {
    private final GenerationRequest request;
    private final Model model;
    private final TokenSampler sampler;
    private final Guidance guidance;
    /** What a device may do in their place; empty if it may not. */
    private final Optional<ExactAlgorithm> samplerAlgorithm;

    private final Optional<ExactAlgorithm> guidanceAlgorithm;
    private final KeptTokens kept;
    private final ImageProvenance provenance;

    /**
     * Images that are computed together.
     *
     * @param first index of the first in the request
     */
    public record Batch(int first, Conditions conditions) {}

    private GenerationJob(GenerationRequest request, Model model, VisualTokenizer tokenizer, PluginRegistry plugins) {
        this.request = request;
        this.model = model;
        requireClasses();
        PluginInfo<TokenSamplerProvider> samplers =
                plugins.get(PluginKind.SAMPLER, request.sampler().id());
        ParameterValues sampling = samplers.values(request.sampler().values());
        PluginInfo<GuidanceProvider> guidances =
                plugins.get(PluginKind.GUIDANCE, request.guidance().id());
        ParameterValues guiding = guidances.values(request.guidance().values());
        sampler = samplers.plugin().create(sampling);
        samplerAlgorithm = samplers.plugin().algorithm(sampling);
        guidance = guidances.plugin().create(guiding);
        guidanceAlgorithm = guidances.plugin().algorithm(guiding);
        requireGivenUpForGood(guidances.label());
        provenance = new ImageProvenance(model, request, sampling, guiding);
        kept = request.edit()
                .map(edit -> KeptTokens.of(edit, tokenizer, model.spec().pyramid()))
                .orElse(KeptTokens.NONE);
    }

    /**
     * Checks a request.
     *
     * @param tokenizer of the model; encodes what an edit starts from
     */
    public static GenerationJob prepare(
            GenerationRequest request, Model model, VisualTokenizer tokenizer, PluginRegistry plugins) {
        return new GenerationJob(request, model, tokenizer, plugins);
    }

    private void requireClasses() {
        int classes = model.spec().transformer().classes();
        for (Condition condition : request.conditions()) {
            if (condition.label().orElse(0) >= classes) {
                throw new InvalidInputException(
                        condition + " does not exist: model " + model.name() + " has classes 0.." + (classes - 1));
            }
        }
    }

    /** The transformer does not compute the unconditional half again once it has left it out. */
    private void requireGivenUpForGood(String label) {
        ScalePyramid pyramid = model.spec().pyramid();
        boolean before = true;
        for (int k = 0; k < pyramid.scales(); k++) {
            boolean now = guidance.usesUnconditional(pyramid.scale(k));
            if (now && !before) {
                throw new PluginException(
                        label + " wants the unconditional half back at scale " + k + ", having given it up");
            }
            before = now;
        }
    }

    /** The request in pieces that are computed together. */
    public List<Batch> batches() {
        int size = request.batch() > 0
                ? request.batch()
                : BatchSize.suggest(model.spec(), DescribedMachine.current().freeMemory());
        Conditions all = Conditions.of(request.conditions());
        List<Batch> batches = new ArrayList<>();
        for (int first = 0; first < all.size(); first += size) {
            batches.add(new Batch(first, all.range(first, Math.min(all.size(), first + size))));
        }
        return batches;
    }

    /**
     * Makes one batch.
     *
     * @param loaded where; the caller holds its lease
     * @param cancellation looked at before every scale and before the decoder
     */
    public List<GeneratedImage> run(
            Batch batch, LoadedModel loaded, GenerationListener listener, Cancellation cancellation) {
        cancellation.throwIfCancelled();
        ScaleReporter reporter =
                new ScaleReporter(batch, request.images(), guidance, loaded.tokenizer(), listener, cancellation);
        Optional<DeviceLoop> loop = deviceLoop(loaded);
        FeatureMap features = loop.isPresent()
                ? loop.get().run(deviceBatch(batch), reporter::doneOnDevice, cancellation)
                : hostLoop(loaded).run(batch.conditions(), request.firstImage() + batch.first(), reporter);
        cancellation.throwIfCancelled();
        Pixels pixels = reporter.decoded(() -> loaded.tokenizer().decode(features));
        request.edit()
                .filter(edit -> edit.compositeFeather().isPresent())
                .ifPresent(edit -> Composite.apply(edit, pixels));
        return finished(batch, pixels, loaded);
    }

    /** The backend's own loop, if it can make what is asked for; it knows no edits, and samplers and guidances by algorithm. */
    private Optional<DeviceLoop> deviceLoop(LoadedModel loaded) {
        return request.edit().isPresent()
                ? Optional.empty()
                : samplerAlgorithm.flatMap(
                        sampling -> guidanceAlgorithm.flatMap(guiding -> loaded.deviceLoop(sampling, guiding)));
    }

    private DeviceBatch deviceBatch(Batch batch) {
        return DeviceBatch.of(
                batch.conditions(),
                request.seed(),
                request.firstImage() + batch.first(),
                samplerAlgorithm.orElseThrow(),
                guidanceAlgorithm.orElseThrow());
    }

    private ScaleLoop hostLoop(LoadedModel loaded) {
        return new ScaleLoop(
                loaded.transformer(), loaded.tokenizer(), sampler, guidance, kept, RandomSource.of(request.seed()));
    }

    private List<GeneratedImage> finished(Batch batch, Pixels pixels, LoadedModel loaded) {
        List<GeneratedImage> images = new ArrayList<>();
        for (int i = 0; i < pixels.batch(); i++) {
            long number = request.firstImage() + batch.first() + i;
            Condition condition = batch.conditions().get(i);
            images.add(new FinishedImage(
                    number, condition, RgbImage.of(pixels, i), provenance.of(number, condition, loaded)));
        }
        return images;
    }
}
