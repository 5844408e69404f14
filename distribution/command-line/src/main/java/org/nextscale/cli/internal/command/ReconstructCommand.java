package org.nextscale.cli.internal.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.tokenizer.MultiScaleTokens;
import org.nextscale.api.tokenizer.Pixels;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.cli.internal.ExitCode;
import org.nextscale.cli.internal.Json;
import org.nextscale.cli.internal.Session;
import org.nextscale.cli.internal.option.ModelOptions;
import org.nextscale.cli.internal.output.Duration;
import org.nextscale.cli.internal.output.FileNames;
import org.nextscale.cli.internal.output.ProgressLine;
import org.nextscale.engine.BackendChoice;
import org.nextscale.engine.Nextscale;
import org.nextscale.engine.image.ImageFiles;
import org.nextscale.engine.image.ImageGrid;
import org.nextscale.engine.image.PngFile;
import org.nextscale.engine.image.ProvenanceText;
import org.nextscale.engine.image.RgbImage;
import org.nextscale.engine.model.ModelPackage;
import org.nextscale.evaluation.ImageSimilarity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nextscale reconstruct}: an image to tokens and back. */
@Command(
        sortOptions = false,
        description = "The image is cropped to the square in its middle and resized to the model's size (Lanczos).")
public final class ReconstructCommand extends SessionCommand {
    @Parameters(index = "0", paramLabel = "IMAGE", description = "a PNG or JPEG")
    private Path in;

    @Option(
            names = "--out",
            paramLabel = "FILE.png",
            description = "where to write, replaced if it is there (default: IMAGE-reconstructed.png, here)")
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
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            throw new InvalidInputException("--out " + file + ": folder " + folder + " does not exist");
        }
        BackendChoice backend = model.backend(session());
        try (ProgressLine line = new ProgressLine(console())) {
            ModelPackage opened = model.open(session(), null);
            Pixels image = read(opened);
            line.say("loading " + opened.name());
            session().work(opened, backend, nextscale -> reconstruct(nextscale, image, file, line));
        }
        return ExitCode.OK;
    }

    private void reconstruct(Nextscale nextscale, Pixels image, Path file, ProgressLine line) {
        List<RgbImage> steps = steps(nextscale, image, line);
        List<Double> psnr = steps.stream()
                .map(step -> ImageSimilarity.psnr(step, RgbImage.of(image, 0)))
                .toList();
        RgbImage whole = steps.get(steps.size() - 1);
        if (scales) {
            List<RgbImage> strip = new ArrayList<>(steps);
            strip.add(RgbImage.of(image, 0));
            whole = ImageGrid.compose(strip, strip.size());
        }
        write(file, whole, nextscale);
        line.close();
        report(file, nextscale, psnr);
    }

    private Pixels read(ModelPackage opened) {
        try {
            return ImageFiles.readPixels(in, opened.spec().imageSize());
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** The image as of every scale asked for, the finest last. */
    private List<RgbImage> steps(Nextscale nextscale, Pixels image, ProgressLine line) {
        ScalePyramid pyramid = nextscale.model().spec().pyramid();
        VisualTokenizer tokenizer = nextscale.tokenizer();
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

    private void write(Path file, RgbImage image, Nextscale nextscale) {
        Map<String, String> provenance = new LinkedHashMap<>();
        provenance.put("model", nextscale.model().name());
        provenance.put("model-fingerprint", nextscale.model().fingerprint());
        provenance.put("backend", nextscale.backend().id());
        provenance.put("reconstruction-of", String.valueOf(in.getFileName()));
        try {
            PngFile.write(file, image, ProvenanceText.texts(provenance));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    private void report(Path file, Nextscale nextscale, List<Double> psnr) {
        double finest = psnr.get(psnr.size() - 1);
        ScalePyramid pyramid = nextscale.model().spec().pyramid();
        if (json) {
            JsonObject document = Json.object(
                    "file", file,
                    "model", nextscale.model().name(),
                    "backend", nextscale.backend().id(),
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
                console()
                        .line("scale " + (k + 1) + " (" + pyramid.side(k) + " x " + pyramid.side(k) + "): PSNR "
                                + Duration.fixed(psnr.get(k), 2) + " dB");
            }
        }
        console()
                .line("wrote " + console().bold(file.toString()) + ": " + pyramid.totalTokens() + " tokens, PSNR "
                        + Duration.fixed(finest, 2) + " dB, "
                        + nextscale.model().name() + " on "
                        + nextscale.backend().id());
    }
}
