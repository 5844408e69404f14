package org.nextscale.cli.internal.command.evaluation;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.nextscale.api.image.ImageSet;
import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.option.ImageOptions;
import org.nextscale.cli.internal.option.ModelOptions;
import org.nextscale.cli.internal.option.NetworkOptions;
import org.nextscale.cli.internal.output.EvaluationText;
import org.nextscale.cli.internal.output.ProgressLine;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.evaluation.EvaluationReport;
import org.nextscale.evaluation.ReconstructionEvaluation;
import org.nextscale.evaluation.images.SetImages;
import org.nextscale.evaluation.network.EvaluationNetwork;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nextscale evaluate reconstruction}: how much a tokenizer keeps of many images. */
@Command(
        sortOptions = false,
        header = "how much a model's tokenizer keeps of images: PSNR, SSIM, rFID",
        description = {
            "Images go to tokens of all scales and back. PSNR and SSIM (Gaussian window of 11 pixels, sigma 1.5) are means",
            "over the images; with --network the distance between the images and what came back, in Inception's features",
            "the rFID."
        },
        footer = {
            "",
            "Example:",
            "  nextscale evaluate reconstruction --model fashion-32 --data t10k-images-idx3-ubyte.gz"
        })
public final class EvaluateReconstructionCommand extends SessionCommand {
    @Option(
            names = "--data",
            required = true,
            paramLabel = "IMAGES",
            description =
                    "a folder of PNG, JPEG and WebP files, cropped and resized to the model's size; an .npz with arr_0; an"
                            + " IDX file, padded with black")
    private Path data;

    @Mixin
    private ModelOptions model;

    @Mixin
    private NetworkOptions network;

    @Option(names = "--json", description = "answer with one JSON document")
    private boolean json;

    EvaluateReconstructionCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        try (ProgressLine line = new ProgressLine(console());
                Networks opened =
                        new Networks(network.saysNetwork() ? Optional.of(network.open(session())) : Optional.empty());
                ImageSet images = ImageOptions.open(session(), data)) {
            session()
                    .work(
                            model.folder(session(), null),
                            model.backend(session()),
                            reconstructing -> {
                                line.say("loading " + reconstructing.name());
                                return SetImages.of(
                                        images,
                                        OptionalInt.of(reconstructing.spec().imageSize()));
                            },
                            (generator, source) -> {
                                ReconstructionEvaluation evaluation = new ReconstructionEvaluation(
                                        generator,
                                        opened.network,
                                        line.counting(),
                                        session().cancellation());
                                report(evaluation.run(source), line);
                            });
        }
        return ExitCode.OK;
    }

    private void report(EvaluationReport report, ProgressLine line) {
        line.close();
        if (json) {
            EvaluationText.printJson(console(), report);
        } else {
            EvaluationText.print(console(), report);
        }
    }

    /** A network, if one was named, to be closed. */
    private record Networks(Optional<EvaluationNetwork> network) implements AutoCloseable {
        @Override
        public void close() {
            network.ifPresent(EvaluationNetwork::close);
        }
    }
}
