package org.nextscale.cli.internal.command.training;

import java.util.List;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.training.Trainer;
import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.option.ParameterFlags;
import org.nextscale.cli.internal.option.TrainingOptions;
import org.nextscale.cli.internal.session.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nextscale train TRAINER}: a run of one trainer, with a flag for every parameter that it declares. */
@Command(sortOptions = false)
final class TrainerCommand extends SessionCommand {
    @Mixin
    private TrainingOptions run;

    @Option(names = "--json", description = "answer with one JSON document in the end; progress is on standard error")
    private boolean json;

    private final PluginInfo<Trainer> trainer;
    private final ParameterFlags flags = new ParameterFlags();

    private TrainerCommand(Session session, PluginInfo<Trainer> trainer) {
        super(session);
        this.trainer = trainer;
    }

    static CommandLine create(Session session, PluginInfo<Trainer> trainer) {
        TrainerCommand command = new TrainerCommand(session, trainer);
        CommandLine line = new CommandLine(command);
        command.flags.addTo(line.getCommandSpec(), List.of(trainer));
        line.getCommandSpec()
                .usageMessage()
                .header(trainer.description())
                .customSynopsis(command.words() + " --data PATH --out FOLDER [OPTIONS]");
        return line;
    }

    private String words() {
        return "nextscale train " + trainer.id();
    }

    @Override
    public Integer call() {
        return new TrainingRun(session(), trainer, words(), json).run(run.plan(trainer, flags.typed()), run.resumes());
    }
}
