package org.nextscale.benchmarks.quality;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.sampling.RandomSource;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.Pixels;
import org.nextscale.engine.image.RgbImage;
import org.nextscale.engine.internal.Deployment;
import org.nextscale.engine.internal.KeptFeatures;
import org.nextscale.engine.internal.ScaleLoop;
import org.nextscale.engine.internal.ScaleObserver;

/**
 * The images that a model makes on two backends with the same noise, each batch three times: by the reference, by the
 * candidate, and by the candidate after the reference's tokens.
 */
final class ImageStudy {
    private final ScalePyramid pyramid;
    private final Deployment reference;
    private final Deployment candidate;
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
            Deployment reference,
            Deployment candidate,
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
        int[] labels = new int[count];
        Arrays.fill(labels, label);
        RecordedRun run = new RecordedRun(pyramid, count);
        FeatureMap features = loop(reference, drawing.sampler(), random).run(labels, first, run);
        RecordedRun free = new RecordedRun(pyramid, count);
        FeatureMap freeFeatures = loop(candidate, drawing.sampler(), random).run(labels, first, free);
        ForcedDraws forced = new ForcedDraws(drawing.sampler(), random, run, first, pyramid.scales(), count);
        loop(candidate, forced, forced).run(labels, first, new LogitComparison(run));
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

    private ScaleLoop loop(Deployment backend, TokenSampler draws, RandomSource numbers) {
        return new ScaleLoop(
                backend.transformer(), backend.tokenizer(), draws, drawing.guidance(), KeptFeatures.NOTHING, numbers);
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
