package org.nextscale.cli.internal.command.evaluation;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.ImageSet;
import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.option.ImageOptions;
import org.nextscale.cli.internal.option.NetworkOptions;
import org.nextscale.cli.internal.option.SamplingOptions;
import org.nextscale.cli.internal.output.EvaluationText;
import org.nextscale.cli.internal.output.ProgressLine;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.cli.internal.text.Json;
import org.nextscale.evaluation.Evaluation;
import org.nextscale.evaluation.EvaluationReport;
import org.nextscale.evaluation.EvaluationSettings;
import org.nextscale.evaluation.Metric;
import org.nextscale.evaluation.Reference;
import org.nextscale.evaluation.ReferenceStatistics;
import org.nextscale.evaluation.images.ImageSource;
import org.nextscale.evaluation.images.SetImages;
import org.nextscale.evaluation.network.EvaluationNetwork;
import org.nextscale.files.WholeFile;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nextscale evaluate}: how good generated images are. */
@Command(
        sortOptions = false,
        customSynopsis = {
            "nextscale evaluate IMAGES --network FILE.onnx [--reference IMAGES] [OPTIONS]",
            "       nextscale evaluate --model MODEL --images-per-class N --network FILE.onnx [OPTIONS]",
            "       nextscale evaluate reconstruction|pack ..."
        },
        description = {
            "Measures generated images in the features of a network, against real ones: FID, sFID, Inception Score,",
            "precision and recall as the field computes them, and class accuracy. The names FID, sFID and Inception Score",
            "are kept for Inception's features; with another network they are called what they are."
        },
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "Examples:",
            "  nextscale evaluate samples/ --reference imagenet/ --network inception.onnx",
            "  nextscale evaluate samples.npz --reference stats.npz --network inception.onnx --metrics fid,is --json",
            "  nextscale evaluate --model fashion-32 --images-per-class 1000 --network classifier.onnx \\",
            "      --reference t10k-images-idx3-ubyte.gz",
            "  nextscale evaluate --reference imagenet/ --network inception.onnx --save-reference stats.npz"
        })
public final class EvaluateCommand extends SessionCommand {
    @Mixin
    private final ImageOptions images;

    @Option(
            names = "--reference",
            paramLabel = "IMAGES",
            description = "the real images: folder, .npz or IDX file; or an .npz with mu and sigma, as --save-reference"
                    + " writes it and the field publishes it")
    private Path reference;

    @Mixin
    private NetworkOptions network;

    @Option(
            names = "--metrics",
            split = ",",
            paramLabel = "NAME",
            description = "fid, sfid, is, precision, recall, accuracy, joined by commas (default: all that network and"
                    + " images allow)")
    private List<String> metrics = new ArrayList<>();

    @Option(
            names = "--save-reference",
            paramLabel = "FILE.npz",
            description = "keep mean and covariance of the real images' features, and use them in place of the images"
                    + " next time; without IMAGES that is all that is done")
    private Path saveReference;

    @Option(
            names = "--leave-out",
            description = "let --save-reference keep them where some of the real images cannot be read")
    private boolean leaveOut;

    @Option(
            names = "--neighbours",
            paramLabel = "K",
            defaultValue = "3",
            description = "of precision and recall (default: ${DEFAULT-VALUE})")
    private int neighbours;

    @Option(
            names = "--precision-images",
            paramLabel = "N",
            defaultValue = "10000",
            description = "most real images that precision and recall look at (default: ${DEFAULT-VALUE})")
    private int precisionImages;

    @Option(
            names = "--chunk",
            paramLabel = "N",
            defaultValue = "5000",
            description = "images a chunk of the Inception Score (default: ${DEFAULT-VALUE})")
    private int chunk;

    @Option(
            names = "--shuffle",
            paramLabel = "SEED|none",
            defaultValue = "0",
            description = "of the order in which images go into those chunks (default: ${DEFAULT-VALUE})")
    private String shuffle;

    @Option(names = "--json", description = "answer with one JSON document")
    private boolean json;

    private EvaluateCommand(Session session, SamplingOptions sampling) {
        super(session);
        images = new ImageOptions(sampling);
    }

    public static CommandLine create(Session session) {
        SamplingOptions sampling = new SamplingOptions(session.engine());
        CommandLine command = new CommandLine(new EvaluateCommand(session, sampling));
        sampling.addTo(command.getCommandSpec());
        return command.addSubcommand("reconstruction", new EvaluateReconstructionCommand(session))
                .addSubcommand("pack", EvaluatePackCommand.create(session));
    }

    @Override
    public Integer call() {
        if (!network.saysNetwork()) {
            throw new InvalidInputException("say in which network's features to compare: --network FILE.onnx");
        }
        if (!images.says() && (saveReference == null || reference == null)) {
            throw ImageOptions.missing();
        }
        EvaluationSettings settings = settings();
        if (saveReference != null) {
            WholeFile.requirePlace(saveReference);
        }
        try (ProgressLine line = new ProgressLine(console())) {
            line.say("loading");
            try (EvaluationNetwork opened = network.open(session())) {
                Evaluation evaluation = new Evaluation(
                        opened, settings, line.counting(), session().cancellation());
                if (!images.says()) {
                    report(save(evaluation, images.size(opened.side())), line);
                    return ExitCode.OK;
                }
                images.work(session(), opened.side(), source -> measure(evaluation, source, opened, line));
            }
        }
        return ExitCode.OK;
    }

    private EvaluationSettings settings() {
        Set<Metric> chosen = new LinkedHashSet<>();
        metrics.forEach(word -> chosen.add(Metric.of(word.strip())));
        OptionalLong seed;
        try {
            seed = shuffle.equals("none") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(shuffle));
        } catch (NumberFormatException e) {
            throw new InvalidInputException("--shuffle is '" + shuffle + "', must be a whole number or none", e);
        }
        return new EvaluationSettings(chosen, neighbours, precisionImages, chunk, seed);
    }

    private void measure(Evaluation evaluation, ImageSource source, EvaluationNetwork opened, ProgressLine line) {
        OptionalInt side = opened.side().isPresent() ? opened.side() : source.side();
        try (RealImages real = new RealImages(images.size(side))) {
            Reference wanted = reference == null
                    ? Reference.NONE
                    : Reference.open(reference, () -> real.open(session(), reference));
            if (saveReference != null && wanted.statistics().isPresent()) {
                throw new InvalidInputException(reference + " holds statistics already: leave out --save-reference");
            }
            if (saveReference != null) {
                wanted = new Reference(wanted.images(), Optional.of(save(evaluation, images.size(side))));
            }
            EvaluationReport report = evaluation.run(source, wanted);
            line.close();
            if (json) {
                EvaluationText.printJson(console(), report);
            } else {
                EvaluationText.print(console(), report);
            }
        }
    }

    private ReferenceStatistics save(Evaluation evaluation, OptionalInt side) {
        if (reference == null) {
            throw new InvalidInputException("--save-reference needs --reference IMAGES");
        }
        try (RealImages real = new RealImages(side)) {
            ReferenceStatistics statistics = evaluation.statistics(real.open(session(), reference), leaveOut);
            statistics.write(saveReference);
            return statistics;
        }
    }

    /** What is said where the real images' statistics are all that was asked for. */
    private void report(ReferenceStatistics statistics, ProgressLine line) {
        line.close();
        EvaluationText.warn(console(), statistics.skipped());
        long count = statistics.images().orElseThrow();
        Optional<String> leftOut = statistics.skipped().inWords(count, "real images");
        if (json) {
            JsonObject document = Json.object(
                    "file",
                    saveReference,
                    "references",
                    count,
                    "skipped-references",
                    statistics.skipped().count());
            document.add(
                    "skipped-reference-images", Json.array(statistics.skipped().lines()));
            document.add("left-out", Json.array(leftOut.stream().toList()));
            console().json(document);
            return;
        }
        console()
                .line("wrote " + console().bold(saveReference.toString()) + ": statistics of " + count
                        + " real images");
        leftOut.ifPresent(console()::line);
    }

    /** Real images in one size, opened when they are needed, if they are. */
    private static final class RealImages implements AutoCloseable {
        private final OptionalInt side;
        private ImageSet set;

        RealImages(OptionalInt side) {
            this.side = side;
        }

        ImageSource open(Session session, Path path) {
            set = ImageOptions.open(session, path);
            return SetImages.of(set, side);
        }

        @Override
        public void close() {
            if (set != null) {
                set.close();
            }
        }
    }
}
