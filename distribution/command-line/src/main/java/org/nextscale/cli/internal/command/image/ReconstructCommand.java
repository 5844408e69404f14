package org.nextscale.cli.internal.command.image;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.engine.BackendStatus;
import org.nextscale.api.engine.ImageGenerator;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.image.Provenance;
import org.nextscale.api.image.RgbImage;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.tokenizer.MultiScaleTokens;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.option.ModelOptions;
import org.nextscale.cli.internal.output.FileNames;
import org.nextscale.cli.internal.output.PngOutput;
import org.nextscale.cli.internal.output.ProgressLine;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.ProgramVersion;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.cli.internal.text.Duration;
import org.nextscale.cli.internal.text.Json;
import org.nextscale.evaluation.metric.ImageSimilarity;
import org.nextscale.image.ImageFiles;
import org.nextscale.image.ImageGrid;
import org.nextscale.image.ProvenanceText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nextscale reconstruct}: an image to tokens and back. */
@Command(
        sortOptions = false,
        description = "The image is cropped to the square in its middle and resized to the model's size (Lanczos).")
public final class ReconstructCommand extends SessionCommand {
    @Parameters(index = "0", paramLabel = "IMAGE", description = "a PNG, JPEG or WebP file")
    private Path in;

    @Option(
            names = "--out",
            paramLabel = "FILE.png",
            description =
                    "where to write, replaced if it is there; - is standard output (default: IMAGE-reconstructed.png, here)")
    private Path out;

    @Option(
            names = "--scales",
            description = "write what every further scale adds, coarse to fine, and what went in as the last")
    private boolean scales;

    @Mixin
    private ModelOptions model;

    @Option(names = "--json", description = "answer with one JSON document")
    private boolean json;

    public ReconstructCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        Path file = out == null ? Path.of(FileNames.ofFile(in) + "-reconstructed.png") : out;
        PngOutput output = PngOutput.of(file, console(), json);
        try (ProgressLine line = new ProgressLine(console())) {
            session()
                    .work(
                            model.folder(session(), null),
                            model.backend(session()),
                            opened -> {
                                line.say("loading " + opened.name());
                                return ImageFiles.readPixels(in, opened.spec().imageSize());
                            },
                            (generator, image) -> reconstruct(generator, image, output, line));
        }
        return ExitCode.OK;
    }

    private void reconstruct(ImageGenerator generator, Pixels image, PngOutput output, ProgressLine line) {
        List<RgbImage> steps = steps(generator, image, line);
        List<Double> psnr = steps.stream()
                .map(step -> ImageSimilarity.psnr(step, RgbImage.of(image, 0)))
                .toList();
        RgbImage whole = steps.get(steps.size() - 1);
        if (scales) {
            List<RgbImage> strip = new ArrayList<>(steps);
            strip.add(RgbImage.of(image, 0));
            whole = ImageGrid.compose(strip, strip.size());
        }
        output.write(whole, ProvenanceText.texts(provenance(generator)));
        line.close();
        report(output, generator, psnr);
    }

    private Provenance provenance(ImageGenerator generator) {
        BackendStatus backend = generator.backend();
        return Provenance.builder("Nextscale " + ProgramVersion.text())
                .model(generator.model().name(), generator.model().fingerprint())
                .backend(backend.id(), backend.availability().device())
                .reconstructionOf(String.valueOf(in.getFileName()))
                .build();
    }

    /** The image as of every scale asked for, the finest last. */
    private List<RgbImage> steps(ImageGenerator generator, Pixels image, ProgressLine line) {
        ScalePyramid pyramid = generator.model().spec().pyramid();
        VisualTokenizer tokenizer = generator.tokenizer();
        MultiScaleTokens tokens = tokenizer.quantize(tokenizer.encode(image), pyramid);
        List<RgbImage> steps = new ArrayList<>();
        int last = pyramid.scales() - 1;
        for (int k = scales ? 0 : last; k <= last; k++) {
            session().cancellation().throwIfCancelled();
            line.show("scale " + (k + 1) + "/" + pyramid.scales(), (double) k / pyramid.scales());
            steps.add(RgbImage.of(tokenizer.decode(tokenizer.accumulate(tokens, k)), 0));
        }
        return steps;
    }

    private void report(PngOutput output, ImageGenerator generator, List<Double> psnr) {
        double finest = psnr.get(psnr.size() - 1);
        ScalePyramid pyramid = generator.model().spec().pyramid();
        if (json) {
            JsonObject document = Json.object(
                    "file", output.path(),
                    "model", generator.model().name(),
                    "backend", generator.backend().id(),
                    "tokens", pyramid.totalTokens(),
                    "psnr", finest);
            if (scales) {
                JsonArray all = new JsonArray();
                psnr.forEach(value -> all.add(Json.value(value)));
                document.add("psnr-of-scales", all);
            }
            console().json(document);
            return;
        }
        if (scales) {
            for (int k = 0; k < psnr.size(); k++) {
                output.say("scale " + (k + 1) + " (" + pyramid.side(k) + " x " + pyramid.side(k) + "): PSNR "
                        + Duration.fixed(psnr.get(k), 2) + " dB");
            }
        }
        output.say("wrote " + console().bold(output.path().toString()) + ": " + pyramid.totalTokens() + " tokens, PSNR "
                + Duration.fixed(finest, 2) + " dB, " + generator.model().name() + " on "
                + generator.backend().id());
    }
}
