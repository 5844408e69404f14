package org.nextscale.cli.internal.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.cli.internal.ExitCode;
import org.nextscale.cli.internal.Session;
import org.nextscale.cli.internal.option.ModelOptions;
import org.nextscale.cli.internal.option.OutputOptions;
import org.nextscale.cli.internal.option.Plugged;
import org.nextscale.cli.internal.option.Recipe;
import org.nextscale.cli.internal.option.RequestOptions;
import org.nextscale.cli.internal.option.SamplingOptions;
import org.nextscale.cli.internal.output.FileNames;
import org.nextscale.cli.internal.output.OutputTarget;
import org.nextscale.engine.BackendChoice;
import org.nextscale.engine.BackendStatus;
import org.nextscale.engine.model.ModelPackage;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nextscale generate}: images of classes. */
@Command(
        sortOptions = false,
        customSynopsis = "nextscale generate --class NAME [OPTIONS]",
        footer = {
            "",
            "Examples:",
            "  nextscale generate --class \"ankle boot\"",
            "  nextscale generate --class all -n 4 --seed 7 --out boots.png",
            "  nextscale generate --class 207 -n 50 --top-k 600 --cfg 1.5 --out retrievers",
            "  nextscale generate --like boots.png --cfg 5 --out more.png"
        })
public final class GenerateCommand extends SessionCommand {
    @Mixin
    private RequestOptions images;

    @Option(
            names = "--like",
            paramLabel = "IMAGE.png",
            description = "make the images in this file again, from what is stored in it; other options override")
    private Path like;

    @Mixin
    private ModelOptions model;

    @Mixin
    private OutputOptions output;

    @Option(names = "--profile", description = "say where the time went: every scale, the decoder, GFLOP/s")
    private boolean profile;

    @Option(names = "--json", description = "answer with one JSON document")
    private boolean json;

    private final SamplingOptions sampling;

    private GenerateCommand(Session session, SamplingOptions sampling) {
        super(session);
        this.sampling = sampling;
    }

    public static CommandLine create(Session session) {
        SamplingOptions sampling = new SamplingOptions(
                Plugged.samplers(session.engine(), session.console()::warn),
                Plugged.guidances(session.engine(), session.console()::warn));
        CommandLine command = new CommandLine(new GenerateCommand(session, sampling));
        sampling.addTo(command.getCommandSpec());
        return command;
    }

    @Override
    public Integer call() {
        if (like == null && !images.saysClasses()) {
            throw new InvalidInputException("say what to show: --class NAME (or a number, 'all', 'none'), or --like"
                    + " IMAGE.png; nextscale model inspect lists the classes");
        }
        Optional<Recipe> recipe = Optional.ofNullable(like).map(Recipe::read);
        ModelPackage opened = model.open(session(), recipe.map(this::modelOf).orElse(null));
        boolean passedOn = false;
        try {
            GenerationRequest request = request(opened, recipe);
            List<String> names = request.labels().stream()
                    .map(label ->
                            label < 0 ? "unconditional" : opened.classNames().name(label))
                    .toList();
            OutputTarget target = output.target(
                    FileNames.ofRequest(names, request.seed()), request.labels().size(), images.count(), recipe);
            BackendChoice backend = backend(recipe);
            recipe.ifPresent(earlier -> warnOfOtherModel(earlier, opened));
            passedOn = true;
            new Generating(session(), profile, json).run(opened, backend, request, target);
        } finally {
            if (!passedOn) {
                opened.close();
            }
        }
        return ExitCode.OK;
    }

    /** Name of the model that made an image, or of one with the same fingerprint under another name. */
    private String modelOf(Recipe recipe) {
        Map<String, Path> models = session().models().models();
        if (model.saysModel() || models.containsKey(recipe.model())) {
            return recipe.model();
        }
        for (Map.Entry<String, Path> each : models.entrySet()) {
            try (ModelPackage candidate = ModelPackage.open(each.getValue())) {
                if (candidate.fingerprint().equals(recipe.fingerprint())) {
                    return each.getKey();
                }
            } catch (InvalidInputException notAModel) {
                continue;
            }
        }
        throw new InvalidInputException(like + " was made by model " + recipe.model() + " (fingerprint "
                + start(recipe.fingerprint()) + "), which is not here: say where it is with --model");
    }

    private GenerationRequest request(ModelPackage opened, Optional<Recipe> recipe) {
        GenerationRequest request = images.request(opened, recipe, Optional.empty());
        boolean conditional = request.labels().stream().anyMatch(l -> l != GenerationRequest.UNCONDITIONAL);
        SamplingOptions.Sampling chosen =
                sampling.sampling(recipe.map(Recipe::sampling).orElse(null), conditional);
        return request.withSampler(chosen.sampler()).withGuidance(chosen.guidance());
    }

    /** The backend that was typed; else the one that made the image, if it is here; else the best. */
    private BackendChoice backend(Optional<Recipe> recipe) {
        if (model.saysBackend() || recipe.isEmpty()) {
            return model.backend(session());
        }
        BackendChoice earlier = BackendChoice.parse(recipe.get().backend());
        for (BackendStatus status : session().engine().backends()) {
            if (earlier.id().isPresent()
                    && status.id().equals(earlier.id().get())
                    && status.availability().isAvailable()) {
                return earlier;
            }
        }
        console()
                .warn(like + " was made on backend " + recipe.get().backend()
                        + ", which is not here: a pixel may differ now and then");
        return model.backend(session());
    }

    private void warnOfOtherModel(Recipe earlier, ModelPackage opened) {
        if (!earlier.fingerprint().equals(opened.fingerprint())) {
            console()
                    .warn(like + " was made by another model (" + earlier.model() + ", fingerprint "
                            + start(earlier.fingerprint()) + "; this is " + opened.name() + ", "
                            + start(opened.fingerprint()) + "): the image will not be the same");
        }
    }

    private static String start(String fingerprint) {
        return fingerprint.substring(0, Math.min(12, fingerprint.length()));
    }
}
