package org.nextscale.cli.internal.command;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.generation.Edit;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.generation.ImageMask;
import org.nextscale.cli.internal.ExitCode;
import org.nextscale.cli.internal.Session;
import org.nextscale.cli.internal.option.ModelOptions;
import org.nextscale.cli.internal.option.OutputOptions;
import org.nextscale.cli.internal.option.Plugged;
import org.nextscale.cli.internal.option.RequestOptions;
import org.nextscale.cli.internal.option.SamplingOptions;
import org.nextscale.cli.internal.output.FileNames;
import org.nextscale.cli.internal.output.OutputTarget;
import org.nextscale.engine.BackendChoice;
import org.nextscale.engine.image.ImageFiles;
import org.nextscale.engine.model.ModelPackage;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nextscale edit}: parts of an image made anew. */
@Command(
        sortOptions = false,
        customSynopsis = "nextscale edit --in IMAGE (--mask IMAGE | --box Y0,X0,Y1,X1) [OPTIONS]",
        description = {
            "The image is cropped to the square in its middle and resized to the model's size. Say which part is made anew",
            "with --mask or --box. Without --class the model fills it in to suit what is around it."
        },
        footer = {
            "",
            "Examples:",
            "  nextscale edit --in boot.png --box 0,0,0.5,1",
            "  nextscale edit --in boot.png --mask heel.png --class sandal --composite 2 -n 4 --out heels.png",
            "  nextscale edit --in boot.png --box 0.25,0.25,0.75,0.75 --outpaint"
        })
public final class EditCommand extends SessionCommand {
    @Option(names = "--in", required = true, paramLabel = "IMAGE", description = "a PNG or JPEG")
    private Path in;

    @Option(
            names = "--mask",
            paramLabel = "IMAGE",
            description = "a PNG or JPEG of the same shape: white is made anew, black is kept")
    private Path mask;

    @Option(
            names = "--box",
            paramLabel = "Y0,X0,Y1,X1",
            description = "a box, edges as fractions of height and width from the top left: it is made anew")
    private String box;

    @Option(
            names = "--outpaint",
            description = "the other way round: keep the box, or what is white, and make all around it")
    private boolean outpaint;

    @Option(
            names = "--composite",
            paramLabel = "PIXELS",
            arity = "0..1",
            fallbackValue = "0",
            description =
                    "put the kept part back pixel by pixel, with an edge that fades over so many pixels (0 if not said);"
                            + " without it kept parts change a little, since they go through the tokenizer")
    private Integer composite;

    @Mixin
    private RequestOptions images;

    @Mixin
    private ModelOptions model;

    @Mixin
    private OutputOptions output;

    @Option(names = "--profile", description = "say where the time went: every scale, the decoder, GFLOP/s")
    private boolean profile;

    @Option(names = "--json", description = "answer with one JSON document")
    private boolean json;

    private final SamplingOptions sampling;

    private EditCommand(Session session, SamplingOptions sampling) {
        super(session);
        this.sampling = sampling;
    }

    public static CommandLine create(Session session) {
        SamplingOptions sampling = new SamplingOptions(
                Plugged.samplers(session.engine(), session.console()::warn),
                Plugged.guidances(session.engine(), session.console()::warn));
        CommandLine command = new CommandLine(new EditCommand(session, sampling));
        sampling.addTo(command.getCommandSpec());
        return command;
    }

    @Override
    public Integer call() {
        if ((mask == null) == (box == null)) {
            throw new InvalidInputException(
                    mask == null
                            ? "say which part to make anew: --mask IMAGE or --box Y0,X0,Y1,X1"
                            : "--mask and --box both say which part to make anew: leave one of the two out");
        }
        if (composite != null && composite < 0) {
            throw new InvalidInputException("--composite is " + composite + ", must be at least 0 pixels");
        }
        ModelPackage opened = model.open(session(), null);
        boolean passedOn = false;
        try {
            GenerationRequest request = request(opened);
            OutputTarget target = output.target(
                    FileNames.ofFile(in) + "-edited", request.labels().size(), images.count(), Optional.empty());
            BackendChoice backend = model.backend(session());
            passedOn = true;
            new Generating(session(), profile, json).run(opened, backend, request, target);
        } finally {
            if (!passedOn) {
                opened.close();
            }
        }
        return ExitCode.OK;
    }

    private GenerationRequest request(ModelPackage opened) {
        GenerationRequest request =
                images.request(opened, Optional.empty(), Optional.of(GenerationRequest.UNCONDITIONAL));
        boolean conditional = request.labels().stream().anyMatch(l -> l != GenerationRequest.UNCONDITIONAL);
        SamplingOptions.Sampling chosen = sampling.sampling(null, conditional);
        int size = opened.spec().imageSize();
        Edit edit = new Edit(
                ImageFiles.readPixels(in, size),
                mask != null ? painted(size) : boxed(opened.spec().pyramid().finestSide()),
                composite == null ? OptionalInt.empty() : OptionalInt.of(composite));
        return request.withSampler(chosen.sampler())
                .withGuidance(chosen.guidance())
                .withEdit(edit);
    }

    private ImageMask painted(int size) {
        ImageFiles.Size ofMask = ImageFiles.size(mask);
        ImageFiles.Size ofImage = ImageFiles.size(in);
        if (!ofMask.sameShape(ofImage)) {
            throw new InvalidInputException("mask " + mask + " is " + ofMask + " pixels, image " + in + " is " + ofImage
                    + ": they must have the same shape");
        }
        ImageMask painted = ImageFiles.readMask(mask, size);
        return outpaint ? inverted(painted) : painted;
    }

    private static ImageMask inverted(ImageMask mask) {
        float[] keep = new float[mask.keep().length];
        for (int i = 0; i < keep.length; i++) {
            keep[i] = 1 - mask.keep()[i];
        }
        return new ImageMask(mask.height(), mask.width(), keep);
    }

    private ImageMask boxed(int side) {
        String[] parts = box.split(",", -1);
        double[] edges = new double[4];
        try {
            for (int i = 0; i < 4; i++) {
                edges[i] = Double.parseDouble(parts[i].strip());
            }
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw boxForm();
        }
        if (parts.length != 4) {
            throw boxForm();
        }
        return ImageMask.box(side, edges[0], edges[1], edges[2], edges[3], outpaint);
    }

    private InvalidInputException boxForm() {
        return new InvalidInputException(
                "--box is '" + box + "', must be Y0,X0,Y1,X1, four fractions such as 0.25,0.25,0.75,0.75");
    }
}
