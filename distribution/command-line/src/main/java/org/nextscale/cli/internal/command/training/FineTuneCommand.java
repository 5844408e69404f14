package org.nextscale.cli.internal.command.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.training.Trainer;
import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.option.Declared;
import org.nextscale.cli.internal.option.ParameterFlags;
import org.nextscale.cli.internal.option.TrainingOptions;
import org.nextscale.cli.internal.session.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nextscale fine-tune}: the transformer's trainer, beginning with the weights of a model that is there. */
@Command(
        sortOptions = false,
        customSynopsis = "nextscale fine-tune MODEL --data PATH --out FOLDER [OPTIONS]",
        description =
                "Short for train transformer --from MODEL. The classes are those of the data: their names may be new.",
        footer = {
            "",
            "Examples:",
            "  nextscale fine-tune models/var_d16 --data photos --out runs/photos --epochs 20",
            "  nextscale fine-tune --out runs/photos --resume"
        })
public final class FineTuneCommand extends SessionCommand {
    private static final String TRAINER = "transformer";
    private static final String FROM = "from";

    @Parameters(
            arity = "0..1",
            paramLabel = "MODEL|PACKAGE",
            description = "what to begin with: a package or its name, or a folder of checkpoints")
    private String model;

    @Mixin
    private TrainingOptions run;

    @Option(names = "--json", description = "answer with one JSON document in the end; progress is on standard error")
    private boolean json;

    private final Optional<PluginInfo<Trainer>> trainer;
    private final ParameterFlags flags = new ParameterFlags();

    private FineTuneCommand(Session session, Optional<PluginInfo<Trainer>> trainer) {
        super(session);
        this.trainer = trainer;
    }

    public static CommandLine create(Session session) {
        Optional<PluginInfo<Trainer>> trainer =
                session.engine().find(PluginKind.TRAINER, TRAINER).filter(each -> Declared.by(each, FROM));
        FineTuneCommand command = new FineTuneCommand(session, trainer);
        CommandLine line = new CommandLine(command);
        trainer.ifPresent(each -> command.flags.addTo(line.getCommandSpec(), List.of(each), FROM));
        line.setUnmatchedArgumentsAllowed(trainer.isEmpty());
        return line;
    }

    @Override
    public Integer call() {
        PluginInfo<Trainer> transformer =
                trainer.orElseThrow(() -> new InvalidInputException(TrainCommand.whyThereIsNone(session())));
        Map<String, String> typed = new LinkedHashMap<>(flags.typed());
        if (model != null) {
            typed.put(FROM, session().modelFolder(model).toString());
        }
        TrainingOptions.PlannedRun planned = run.plan(transformer, typed);
        if (planned.parameters().text(FROM).isEmpty()) {
            throw new InvalidInputException("say which model to begin with: nextscale fine-tune MODEL --data PATH ...");
        }
        return new TrainingRun(session(), transformer, "nextscale fine-tune", json).run(planned, run.resumes());
    }
}
