package org.nextscale.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nextscale.api.BackendException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.ImageGenerator;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.image.RgbImage;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.api.tokenizer.MultiScaleTokens;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.evaluation.FeatureCollector.CollectedOutputs;
import org.nextscale.evaluation.images.ImageSource;
import org.nextscale.evaluation.images.LabelledImage;
import org.nextscale.evaluation.images.SkippedImages;
import org.nextscale.evaluation.metric.FeatureMoments;
import org.nextscale.evaluation.metric.FrechetDistance;
import org.nextscale.evaluation.metric.ImageSimilarity;
import org.nextscale.evaluation.metric.MomentsCollector;
import org.nextscale.evaluation.network.EvaluationNetwork;

/**
 * Measures a tokenizer: images to tokens of all scales and back. PSNR and SSIM are means over the images, of 8-bit colours;
 * with a network, the Fréchet distance between the images and what came back (rFID in Inception's features). Images that cannot be
 * used are left out; the report says how many of how many, and why.
 */
public final class ReconstructionEvaluation {
    private static final int BATCH = 8;

    private final ImageGenerator model;
    private final Optional<EvaluationNetwork> network;
    private final ProgressListener progress;
    private final Cancellation cancellation;

    /** @param model stays open, as does {@code network} */
    public ReconstructionEvaluation(
            ImageGenerator model,
            Optional<EvaluationNetwork> network,
            ProgressListener progress,
            Cancellation cancellation) {
        this.model = model;
        this.network = network;
        this.progress = progress;
        this.cancellation = cancellation;
    }

    /**
     * Measures.
     *
     * @param images of the model's size
     * @throws InvalidInputException if there are too few images, or they are not of the model's size
     * @throws BackendException if what comes back is not finite
     * @throws java.util.concurrent.CancellationException if it was cancelled
     */
    public EvaluationReport run(ImageSource images) {
        Round round = new Round(images);
        images.read(round, cancellation);
        round.flush();
        return round.report();
    }

    private final class Round implements ImageSource.Sink {
        private final ImageSource source;
        private final VisualTokenizer tokenizer = model.tokenizer();
        private final ScalePyramid pyramid = model.model().spec().pyramid();
        private final int side = model.model().spec().imageSize();
        private final List<RgbImage> waiting = new ArrayList<>();
        private final SkippedImages skipped = new SkippedImages();
        private final Optional<FeatureCollector> before = network.map(this::collector);
        private final Optional<FeatureCollector> after = network.map(this::collector);
        private double psnr;
        private double ssim;
        private long images;
        private long exact;

        Round(ImageSource source) {
            this.source = source;
        }

        private FeatureCollector collector(EvaluationNetwork of) {
            CollectedOutputs wanted = new CollectedOutputs(
                    Optional.of(new MomentsCollector(of.features())),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    0,
                    false);
            return new FeatureCollector(of, wanted, cancellation, () -> {});
        }

        @Override
        public void image(LabelledImage labelled) {
            RgbImage image = labelled.image();
            if (image.width() != side || image.height() != side) {
                throw new InvalidInputException("images are " + image.width() + " x " + image.height()
                        + " pixels, the model takes " + side + " x " + side);
            }
            waiting.add(image);
            if (waiting.size() == BATCH) {
                flush();
            }
        }

        @Override
        public void skipped(String line) {
            skipped.add(line);
        }

        void flush() {
            cancellation.throwIfCancelled();
            if (waiting.isEmpty()) {
                return;
            }
            Pixels found = reconstructed();
            for (int i = 0; i < waiting.size(); i++) {
                compare(waiting.get(i), RgbImage.of(found, i));
            }
            waiting.clear();
            progress.progress("images", images, source.most());
        }

        private Pixels reconstructed() {
            int size = Pixels.CHANNELS * side * side;
            float[] values = new float[waiting.size() * size];
            for (int i = 0; i < waiting.size(); i++) {
                System.arraycopy(waiting.get(i).toPixels().values(), 0, values, i * size, size);
            }
            Pixels pixels = new Pixels(waiting.size(), side, side, values);
            MultiScaleTokens tokens = tokenizer.quantize(tokenizer.encode(pixels), pyramid);
            Pixels found = tokenizer.decode(tokenizer.accumulate(tokens, pyramid.scales() - 1));
            for (float value : found.values()) {
                if (!Float.isFinite(value)) {
                    throw new BackendException("the pixels that the tokenizer gives back are not finite: the weights or"
                            + " the backend's arithmetic are broken");
                }
            }
            return found;
        }

        private void compare(RgbImage image, RgbImage found) {
            double ratio = ImageSimilarity.psnr(found, image);
            if (Double.isInfinite(ratio)) {
                exact++;
            } else {
                psnr += ratio;
            }
            ssim += ImageSimilarity.ssim(found, image);
            images++;
            before.ifPresent(collector -> collector.image(LabelledImage.of(image)));
            after.ifPresent(collector -> collector.image(LabelledImage.of(found)));
        }

        EvaluationReport report() {
            skipped.requireEnough(images, network.isPresent() ? 2 : 1, source);
            List<Measurement> measurements = new ArrayList<>();
            List<String> notes = new ArrayList<>();
            if (exact < images) {
                measurements.add(new Measurement("psnr", "PSNR, dB", psnr / (images - exact)));
            }
            measurements.add(new Measurement("ssim", "SSIM", ssim / images));
            if (exact == images) {
                notes.add("every image came back exactly; there is no PSNR");
            } else if (exact > 0) {
                notes.add(exact + " images came back exactly; PSNR is the mean of the others");
            }
            network.ifPresent(of -> {
                before.get().flush();
                after.get().flush();
                measurements.add(NetworkTerms.reconstructionDistance(
                        of, FrechetDistance.between(moments(before.get()), moments(after.get()))));
            });
            return new EvaluationReport(
                    network.map(EvaluationNetwork::name), images, skipped, 0, new SkippedImages(), measurements, notes);
        }

        private FeatureMoments moments(FeatureCollector collector) {
            return collector.collected().features().orElseThrow().moments();
        }
    }
}
