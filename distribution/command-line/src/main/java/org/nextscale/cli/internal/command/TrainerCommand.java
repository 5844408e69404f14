package org.nextscale.cli.internal.command;

import java.util.List;
import org.nextscale.api.training.TrainingRequest;
import org.nextscale.cli.internal.Session;
import org.nextscale.cli.internal.option.ParameterFlags;
import org.nextscale.cli.internal.option.Plugged;
import org.nextscale.cli.internal.option.TrainingOptions;
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

    private final Plugged trainer;
    private final ParameterFlags flags = new ParameterFlags();

    private TrainerCommand(Session session, Plugged trainer) {
        super(session);
        this.trainer = trainer;
    }

    static CommandLine create(Session session, Plugged trainer) {
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
        TrainingRequest request = run.request(trainer, flags.typed(), session().cancellation());
        return new Training(session(), trainer.id(), words(), json).run(request);
    }
}
