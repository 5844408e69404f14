package org.nextscale.benchmarks.quality;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.nextscale.api.BackendException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.Nextscale;
import org.nextscale.api.model.Model;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.benchmarks.SynthesizedModel;
import org.nextscale.engine.internal.SwitchableGenerator;

/**
 * Does a backend, or a precision of one, keep the quality of another? Makes the same images on both and compares tokens,
 * images and what a classifier sees in them; then the logits of a larger model. Prints tables.
 */
public final class QualityStudy {
    private static final int USAGE_ERROR = 2;
    /** Where the other benchmarks keep the model that they make. */
    private static final Path MODELS = Path.of(System.getProperty("nextscale.classpaths", "target/classpaths"))
            .resolveSibling("bench");

    private final StudyOptions options;
    private final Engine engine = Nextscale.engine();
    private final QualityReport report;
    private final long start = System.nanoTime();

    private QualityStudy(StudyOptions options) {
        this.options = options;
        report = new QualityReport(options);
    }

    public static void main(String[] arguments) {
        if (Arrays.asList(arguments).contains("--help")) {
            System.out.println(StudyOptions.USAGE);
            return;
        }
        try {
            System.out.println(String.join(System.lineSeparator(), run(arguments)));
        } catch (InvalidInputException | BackendException e) {
            System.err.println("quality: " + e.getMessage());
            System.exit(USAGE_ERROR);
        }
    }

    /** The lines of the report. */
    static List<String> run(String... arguments) {
        QualityStudy study = new QualityStudy(StudyOptions.parse(arguments));
        study.compareImages();
        study.compareLogits();
        return study.report.lines();
    }

    private void compareImages() {
        GreyImages training = FashionMnist.read(options.data, "train");
        GreyImages test = FashionMnist.read(options.data, "t10k");
        try (SwitchableGenerator reference = open(options.boxed, options.reference);
                SwitchableGenerator candidate = open(options.boxed, options.candidate)) {
            requireSameForm(reference.model());
            try (ImageClassifier classifier = ImageClassifier.train(
                    training, options.epochs, options.seed, done -> note("classifier, epoch " + done))) {
                report.classifier(training.count(), test.count(), classifier.accuracy(test));
                Drawing drawing = Drawing.byDefault(engine);
                ImageStudy study = reference.onBackend(first -> candidate.onBackend(second -> makeImages(
                        new ImageStudy(reference.model().spec(), first, second, drawing, options.seed, classifier))));
                report.images(reference, candidate, drawing, study);
            }
        }
    }

    private ImageStudy makeImages(ImageStudy study) {
        for (int label = 0; label < FashionMnist.CLASSES; label++) {
            for (int image = 0; image < options.images; image += options.batch) {
                int count = Math.min(options.batch, options.images - image);
                study.batch(label, (long) label * options.images + image, count);
            }
            note("images of class " + label);
        }
        return study;
    }

    private void compareLogits() {
        Path folder = options.large == null ? SynthesizedModel.make(MODELS) : options.large;
        try (Model model = engine.model(folder)) {
            LogitStudy study =
                    new LogitStudy(engine, model, options.reference, options.candidate, options.forced, options.seed);
            note("logits of " + model.name());
            report.logits(model, "as it comes", study.run(model.transformerWeights()));
            note("logits of " + model.name() + ", gates open");
            int width = model.spec().transformer().width();
            report.logits(model, "gates open", study.run(new OpenGates(model.transformerWeights(), width)));
            report.logitsExplained();
        }
    }

    private SwitchableGenerator open(Path folder, String choice) {
        return (SwitchableGenerator) engine.open(engine.model(folder), PluginChoice.parse("backend", choice));
    }

    private static void requireSameForm(Model model) {
        int classes = model.spec().transformer().classes();
        int size = model.spec().imageSize();
        if (size != GreyImages.SIDE || classes != FashionMnist.CLASSES) {
            throw new InvalidInputException(model.location() + " makes " + size + " px images of " + classes
                    + " classes; the classifier knows 32 px and the 10 classes of Fashion-MNIST");
        }
    }

    private void note(String what) {
        System.err.println("quality: " + (System.nanoTime() - start) / 1_000_000_000 + " s, " + what);
    }
}
