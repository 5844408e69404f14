package org.nextscale.cli.internal.command;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.nextscale.cli.internal.ExitCode;
import org.nextscale.cli.internal.Session;
import org.nextscale.cli.internal.option.ModelOptions;
import org.nextscale.cli.internal.option.NetworkOptions;
import org.nextscale.cli.internal.output.EvaluationText;
import org.nextscale.cli.internal.output.ProgressLine;
import org.nextscale.engine.BackendChoice;
import org.nextscale.engine.model.ModelPackage;
import org.nextscale.evaluation.EvaluationNetwork;
import org.nextscale.evaluation.EvaluationReport;
import org.nextscale.evaluation.ImageSource;
import org.nextscale.evaluation.ImageSources;
import org.nextscale.evaluation.ReconstructionEvaluation;
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
                    "a folder of PNG and JPEG files, cropped and resized to the model's size; an .npz with arr_0; an"
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
        BackendChoice backend = model.backend(session());
        try (ProgressLine line = new ProgressLine(console());
                Networks opened =
                        new Networks(network.saysNetwork() ? Optional.of(network.open(session())) : Optional.empty())) {
            ModelPackage reconstructing = model.open(session(), null);
            ImageSource images = images(reconstructing);
            line.say("loading " + reconstructing.name());
            session().work(reconstructing, backend, nextscale -> {
                ReconstructionEvaluation evaluation = new ReconstructionEvaluation(
                        nextscale,
                        opened.network,
                        (what, done, most) -> line.show(what + " " + done + "/" + most, (double) done / most),
                        session().cancellation());
                report(evaluation.run(images), line);
            });
        }
        return ExitCode.OK;
    }

    private ImageSource images(ModelPackage opened) {
        try {
            return ImageSources.open(data, OptionalInt.of(opened.spec().imageSize()));
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
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
