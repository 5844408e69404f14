package org.nextscale.benchmarks.quality;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.image.RgbImage;
import org.nextscale.api.model.Condition;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.sampling.RandomSource;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.engine.internal.backend.LoadedModel;
import org.nextscale.engine.internal.generation.KeptTokens;
import org.nextscale.engine.internal.generation.ScaleLoop;
import org.nextscale.engine.internal.generation.ScaleObserver;

/**
 * The images that a model makes on two backends with the same noise, each batch three times: by the reference, by the
 * candidate, and by the candidate after the reference's tokens.
 */
final class ImageStudy {
    private final ScalePyramid pyramid;
    private final LoadedModel reference;
    private final LoadedModel candidate;
    private final Drawing drawing;
    private final RandomSource random;
    private final ImageClassifier classifier;

    final List<ScaleResults> scales = new ArrayList<>();
    /** The reference's images beside the candidate's. */
    final ImagePairs images = new ImagePairs();
    /** The reference's images beside what the candidate's decoder makes of the same features. */
    final ImagePairs decoded = new ImagePairs();
    /** The reference's images beside its next image, of the same class and with other noise. */
    final ImagePairs others = new ImagePairs();

    final Decisions decisions = new Decisions();
    final List<Decisions> decisionsByClass = new ArrayList<>();

    ImageStudy(
            ModelSpec spec,
            LoadedModel reference,
            LoadedModel candidate,
            Drawing drawing,
            long seed,
            ImageClassifier classifier) {
        this.reference = reference;
        this.candidate = candidate;
        this.drawing = drawing;
        this.classifier = classifier;
        random = RandomSource.of(seed);
        pyramid = spec.pyramid();
        for (int k = 0; k < pyramid.scales(); k++) {
            scales.add(ScaleResults.of(pyramid.scale(k)));
        }
        for (int label = 0; label < spec.transformer().classes(); label++) {
            decisionsByClass.add(new Decisions());
        }
    }

    /**
     * Makes and compares one batch.
     *
     * @param label the class of all its images
     * @param first number of the first under the seed
     */
    void batch(int label, long first, int count) {
        Conditions conditions = Conditions.of(Collections.nCopies(count, Condition.ofClass(label)));
        RecordedRun run = new RecordedRun(pyramid, count);
        FeatureMap features = loop(reference, drawing.sampler(), random).run(conditions, first, run);
        RecordedRun free = new RecordedRun(pyramid, count);
        FeatureMap freeFeatures = loop(candidate, drawing.sampler(), random).run(conditions, first, free);
        ForcedDraws forced = new ForcedDraws(drawing.sampler(), random, run, first, pyramid.scales(), count);
        loop(candidate, forced, forced).run(conditions, first, new LogitComparison(run));
        for (ScaleResults scale : scales) {
            int k = scale.scale().index();
            for (int image = 0; image < count; image++) {
                int[] tokens = run.tokens(k, image);
                scale.forced().add(tokens, forced.drawn(k, image));
                scale.free().add(tokens, free.tokens(k, image));
                scale.others().add(tokens, run.tokens(k, (image + 1) % count));
            }
        }
        compare(
                label,
                rgb(reference.tokenizer().decode(features)),
                rgb(candidate.tokenizer().decode(freeFeatures)),
                rgb(candidate.tokenizer().decode(features)));
    }

    private ScaleLoop loop(LoadedModel backend, TokenSampler draws, RandomSource numbers) {
        return new ScaleLoop(
                backend.transformer(), backend.tokenizer(), draws, drawing.guidance(), KeptTokens.NONE, numbers);
    }

    private static List<byte[]> rgb(Pixels pixels) {
        return IntStream.range(0, pixels.batch())
                .mapToObj(image -> RgbImage.of(pixels, image).rgb())
                .toList();
    }

    private void compare(int label, List<byte[]> made, List<byte[]> byCandidate, List<byte[]> byDecoder) {
        int[] seen = classify(made);
        int[] seenInCandidate = classify(byCandidate);
        int[] seenInDecoded = classify(byDecoder);
        for (int i = 0; i < made.size(); i++) {
            int next = (i + 1) % made.size();
            images.add(made.get(i), byCandidate.get(i), seen[i], seenInCandidate[i]);
            decoded.add(made.get(i), byDecoder.get(i), seen[i], seenInDecoded[i]);
            others.add(made.get(i), made.get(next), seen[i], seen[next]);
            decisions.add(label, seen[i], seenInCandidate[i]);
            decisionsByClass.get(label).add(label, seen[i], seenInCandidate[i]);
        }
    }

    private int[] classify(List<byte[]> rgb) {
        byte[] levels = new byte[rgb.size() * GreyImages.PIXELS];
        for (int i = 0; i < rgb.size(); i++) {
            System.arraycopy(GreyImages.grey(rgb.get(i)), 0, levels, i * GreyImages.PIXELS, GreyImages.PIXELS);
        }
        return classifier.classify(levels);
    }

    /** Compares logits with those of the reference, scale by scale, while the candidate follows its tokens. */
    private final class LogitComparison implements ScaleObserver {
        private final RecordedRun run;

        LogitComparison(RecordedRun run) {
            this.run = run;
        }

        @Override
        public void predicted(Scale scale, ScaleLogits predicted) {
            float[][] expected = run.logits(scale.index());
            float[] row = new float[predicted.conditional().vocabulary()];
            for (int i = 0; i < expected.length; i++) {
                predicted.conditional().copyRow(i / scale.tokens(), i % scale.tokens(), row);
                scales.get(scale.index()).logits().add(expected[i], row);
            }
        }
    }
}
