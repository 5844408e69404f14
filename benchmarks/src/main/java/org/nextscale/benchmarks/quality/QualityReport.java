package org.nextscale.benchmarks.quality;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nextscale.api.engine.ImageGenerator;
import org.nextscale.api.model.Model;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.benchmarks.MeasuredMachine;
import org.nextscale.benchmarks.TextTable;

/** The study as text: what was compared on what, and a table for each question. */
final class QualityReport {
    private final StudyOptions options;
    private final List<String> lines = new ArrayList<>();

    QualityReport(StudyOptions options) {
        this.options = options;
        lines.add(options.candidate + " beside " + options.reference);
        Map<String, String> machine = new LinkedHashMap<>();
        MeasuredMachine.describe(machine);
        machine.forEach((key, value) -> lines.add(key + ": " + value));
    }

    List<String> lines() {
        return lines;
    }

    void classifier(int training, int test, Estimate accuracy) {
        lines.add("classifier: trained on " + training + " images of Fashion-MNIST, " + options.epochs
                + " epochs, seed " + options.seed + "; right on " + percent(accuracy, 1) + " % of " + test
                + " test images");
    }

    void images(ImageGenerator reference, ImageGenerator candidate, Drawing drawing, ImageStudy study) {
        lines.add("reference: " + options.reference + ", " + device(reference));
        lines.add("candidate: " + options.candidate + ", " + device(candidate));
        lines.add("images: " + reference.model().name() + ", " + options.images + " of each of "
                + study.decisionsByClass.size() + " classes, seed " + options.seed + ", batches of " + options.batch
                + "; " + drawing.description());
        tokens(study);
        pairs(study);
        decisions(reference.model(), study);
    }

    private static String device(ImageGenerator model) {
        return model.backend().info().description() + " ["
                + model.backend().availability().device() + "]";
    }

    private void tokens(ImageStudy study) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {
            "Tokens",
            "drawn",
            "different, forced",
            "same, forced %",
            "same, free %",
            "same in another image %",
            "logits' relative error",
            "same first choice %",
            "KL, nats"
        });
        for (ScaleResults scale : study.scales) {
            List<String> row = new ArrayList<>(List.of(
                    name(scale.scale()),
                    Long.toString(scale.forced().tokens()),
                    Long.toString(scale.forced().tokens() - scale.forced().same()),
                    number(100 * scale.forced().share(), 2),
                    number(100 * scale.free().share(), 2),
                    number(100 * scale.others().share(), 2)));
            row.addAll(cells(scale.logits()));
            rows.add(row.toArray(String[]::new));
        }
        lines.addAll(TextTable.of(rows));
        lines.add("forced: after the reference's tokens at all scales before; free: after each backend's own.");
        lines.add("in another image: the next one of the same class by the reference, with other noise.");
    }

    private void pairs(ImageStudy study) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {
            "Pairs of images",
            "pairs",
            "identical %",
            "PSNR dB, median",
            "mean of the others",
            "worst",
            "same class seen %"
        });
        rows.add(pairs("both free, same noise", study.images));
        rows.add(pairs("decoders alone, same features", study.decoded));
        rows.add(pairs("reference, another image of the class", study.others));
        lines.addAll(TextTable.of(rows));
    }

    private static String[] pairs(String name, ImagePairs pairs) {
        return new String[] {
            name,
            Integer.toString(pairs.count()),
            number(100 * pairs.identical(), 2),
            number(pairs.psnr().median(), 1),
            number(pairs.meanPsnr(), 1),
            number(pairs.psnr().min(), 1),
            number(100 * pairs.sameDecisions(), 2)
        };
    }

    private void decisions(Model model, ImageStudy study) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {
            "Class asked for is seen %", "images", "reference", "candidate", "difference (paired)", "same class seen"
        });
        rows.add(decisions("all", study.decisions));
        for (int label = 0; label < study.decisionsByClass.size(); label++) {
            rows.add(decisions(model.classNames().name(label), study.decisionsByClass.get(label)));
        }
        lines.addAll(TextTable.of(rows));
        lines.add("± one standard error");
    }

    private static String[] decisions(String name, Decisions decisions) {
        return new String[] {
            name,
            Integer.toString(decisions.images()),
            percent(decisions.reference(), 2),
            percent(decisions.candidate(), 2),
            percent(decisions.difference(), 2),
            percent(decisions.same(), 2)
        };
    }

    /**
     * A table of logits.
     *
     * @param weights what was done to them
     * @param errors at every scale
     */
    void logits(Model model, String weights, List<LogitError> errors) {
        ScalePyramid pyramid = model.spec().pyramid();
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {
            "Logits of " + model.name() + ", " + weights, "tokens", "relative error", "same first choice %", "KL, nats"
        });
        for (int k = 0; k < errors.size(); k++) {
            LogitError error = errors.get(k);
            List<String> row = new ArrayList<>(List.of(name(pyramid.scale(k)), Long.toString(error.tokens())));
            row.addAll(cells(error));
            rows.add(row.toArray(String[]::new));
        }
        lines.addAll(TextTable.of(rows));
    }

    void logitsExplained() {
        lines.add("teacher-forced on the same random codes, " + options.forced + " images, seed " + options.seed);
        lines.add("as it comes: AdaLN's gammas begin near 0, so blocks and their errors hardly reach the logits;");
        lines.add("gates open: gammas larger by 1, and the head by " + OpenGates.HEAD
                + " for logits as spread as trained ones.");
    }

    private static List<String> cells(LogitError error) {
        return List.of(small(error.relative()), number(100 * error.sameFirstChoice(), 2), small(error.divergence()));
    }

    private static String small(double value) {
        return String.format(Locale.ROOT, "%.2g", value);
    }

    private static String name(Scale scale) {
        return "scale " + (scale.index() + 1) + ", " + scale.side() + " x " + scale.side();
    }

    private static String percent(Estimate share, int decimals) {
        return number(100 * share.value(), decimals) + " ± " + number(100 * share.error(), decimals);
    }

    private static String number(double value, int decimals) {
        return Double.isInfinite(value) ? "inf" : String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
