package org.nextscale.cli.internal.command.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.image.Provenance;
import org.nextscale.api.model.Model;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.option.ModelOptions;
import org.nextscale.cli.internal.option.OutputOptions;
import org.nextscale.cli.internal.option.RecordedRequest;
import org.nextscale.cli.internal.option.RequestOptions;
import org.nextscale.cli.internal.option.SamplingOptions;
import org.nextscale.cli.internal.output.FileNames;
import org.nextscale.cli.internal.output.OutputTarget;
import org.nextscale.cli.internal.output.ProgressLine;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.Session;
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
        SamplingOptions sampling = new SamplingOptions(session.engine());
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
        long start = System.nanoTime();
        Optional<RecordedRequest> earlier = Optional.ofNullable(like).map(RecordedRequest::read);
        Path folder = model.folder(session(), earlier.map(this::modelOf).orElse(null));
        PluginChoice backend = backend(earlier);
        GenerationRun run = new GenerationRun(session(), profile, json);
        try (ProgressLine line = new ProgressLine(console())) {
            session()
                    .work(
                            folder,
                            backend,
                            opened -> planned(opened, earlier, line),
                            (generator, planned) -> run.run(generator, planned, start, line));
        }
        return ExitCode.OK;
    }

    private GenerationRun.Planned planned(Model opened, Optional<RecordedRequest> earlier, ProgressLine line) {
        GenerationRequest request = images.request(opened, earlier, Optional.empty());
        boolean conditional = request.conditions().stream().anyMatch(each -> !each.isNone());
        SamplingOptions.Sampling chosen = sampling.sampling(earlier.map(RecordedRequest::sampling), conditional);
        List<String> names = request.conditions().stream()
                .map(condition -> condition.isNone()
                        ? "unconditional"
                        : opened.classNames().name(condition.label().getAsInt()))
                .toList();
        OutputTarget target = output.target(
                FileNames.ofRequest(names, request.seed()),
                request.images(),
                images.count(),
                earlier.map(RecordedRequest::provenance),
                console(),
                json);
        earlier.ifPresent(recorded -> warnOfOtherModel(recorded.provenance(), opened));
        line.say("loading " + opened.name());
        return new GenerationRun.Planned(request.withSampler(chosen.sampler()).withGuidance(chosen.guidance()), target);
    }

    /** Name of the model that made an image, or of one with the same fingerprint under another name. */
    private String modelOf(RecordedRequest recorded) {
        Provenance made = recorded.provenance();
        Map<String, Path> models = session().models().models();
        if (model.saysModel() || models.containsKey(made.model())) {
            return made.model();
        }
        for (Map.Entry<String, Path> each : models.entrySet()) {
            try (Model candidate = session().engine().model(each.getValue())) {
                if (candidate.fingerprint().equals(made.modelFingerprint())) {
                    return each.getKey();
                }
            } catch (InvalidInputException notAModel) {
                continue;
            }
        }
        throw new InvalidInputException(like + " was made by model " + made.model() + " (fingerprint "
                + start(made.modelFingerprint()) + "), which is not here: say where it is with --model");
    }

    /** The backend that was typed; else the one that made the image, if it is here; else the best. */
    private PluginChoice backend(Optional<RecordedRequest> recorded) {
        if (model.saysBackend() || recorded.isEmpty()) {
            return model.backend(session());
        }
        PluginChoice earlier = recorded.get().backend();
        if (session()
                .backendStatus(earlier.id())
                .filter(status -> status.availability().isAvailable())
                .isPresent()) {
            return earlier;
        }
        console()
                .warn(like + " was made on backend " + earlier
                        + ", which is not here: a pixel may differ now and then");
        return model.backend(session());
    }

    private void warnOfOtherModel(Provenance made, Model opened) {
        if (!made.modelFingerprint().equals(opened.fingerprint())) {
            console()
                    .warn(like + " was made by another model (" + made.model() + ", fingerprint "
                            + start(made.modelFingerprint()) + "; this is " + opened.name() + ", "
                            + start(opened.fingerprint()) + "): the image will not be the same");
        }
    }

    private static String start(String fingerprint) {
        return fingerprint.substring(0, Math.min(12, fingerprint.length()));
    }
}
