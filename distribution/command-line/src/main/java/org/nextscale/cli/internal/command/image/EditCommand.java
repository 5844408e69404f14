package org.nextscale.cli.internal.command.image;

import java.nio.file.Path;
import java.util.Optional;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.generation.Edit;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.generation.ImageMask;
import org.nextscale.api.image.ImageSize;
import org.nextscale.api.model.Condition;
import org.nextscale.api.model.Model;
import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.option.ModelOptions;
import org.nextscale.cli.internal.option.OutputOptions;
import org.nextscale.cli.internal.option.RequestOptions;
import org.nextscale.cli.internal.option.SamplingOptions;
import org.nextscale.cli.internal.output.FileNames;
import org.nextscale.cli.internal.output.OutputTarget;
import org.nextscale.cli.internal.output.ProgressLine;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.image.ImageFiles;
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
    @Option(names = "--in", required = true, paramLabel = "IMAGE", description = "a PNG, JPEG or WebP file")
    private Path in;

    @Option(
            names = "--mask",
            paramLabel = "IMAGE",
            description =
                    "a picture of the same shape: white is made anew; black is kept, and so is what is transparent")
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
        SamplingOptions sampling = new SamplingOptions(session.engine());
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
        long start = System.nanoTime();
        GenerationRun run = new GenerationRun(session(), profile, json);
        try (ProgressLine line = new ProgressLine(console())) {
            session()
                    .work(
                            model.folder(session(), null),
                            model.backend(session()),
                            opened -> planned(opened, line),
                            (generator, planned) -> run.run(generator, planned, start, line));
        }
        return ExitCode.OK;
    }

    private GenerationRun.Planned planned(Model opened, ProgressLine line) {
        GenerationRequest request = images.request(opened, Optional.empty(), Optional.of(Condition.NONE));
        boolean conditional = request.conditions().stream().anyMatch(each -> !each.isNone());
        SamplingOptions.Sampling chosen = sampling.sampling(Optional.empty(), conditional);
        int size = opened.spec().imageSize();
        Edit plain = Edit.of(
                ImageFiles.readPixels(in, size),
                mask != null ? painted(size) : boxed(opened.spec().pyramid().finestSide()));
        Edit edit = composite == null ? plain : plain.withComposite(composite);
        OutputTarget target = output.target(
                FileNames.ofFile(in) + "-edited", request.images(), images.count(), Optional.empty(), console(), json);
        line.say("loading " + opened.name());
        return new GenerationRun.Planned(
                request.withSampler(chosen.sampler())
                        .withGuidance(chosen.guidance())
                        .withEdit(edit),
                target);
    }

    private ImageMask painted(int size) {
        ImageSize ofMask = ImageFiles.size(mask);
        ImageSize ofImage = ImageFiles.size(in);
        if (!ofMask.sameShape(ofImage)) {
            throw new InvalidInputException("mask " + mask + " is " + ofMask + " pixels, image " + in + " is " + ofImage
                    + ": they must have the same shape");
        }
        ImageMask painted = ImageFiles.readMask(mask, size);
        float white = 1 - least(painted);
        ImageMask wanted = outpaint ? inverted(painted) : painted;
        if (least(wanted) > 0.5f) {
            throw new InvalidInputException("mask " + mask + " leaves nothing to be made anew: white (255) is "
                    + (outpaint
                            ? "kept with --outpaint, and it is white all over"
                            : "made anew, black and what is transparent are kept, and its brightest pixel is "
                                    + Math.round(255 * white)));
        }
        return wanted;
    }

    private static float least(ImageMask mask) {
        float least = 1;
        for (float keep : mask.keep()) {
            least = Math.min(least, keep);
        }
        return least;
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
