package org.nextscale.cli.internal.command.training;

import java.util.List;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.training.Trainer;
import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.PluginStatus;
import org.nextscale.cli.internal.session.ProgramVersion;
import org.nextscale.cli.internal.session.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code nextscale train …}: a command for every trainer that is plugged in; without one it says where to get them. */
@Command(
        sortOptions = false,
        synopsisSubcommandLabel = "TRAINER",
        commandListHeading = "%nTrainers:%n",
        description = "What can be trained depends on what is plugged in; the training add-on brings these three.",
        footer = {
            "",
            "Examples:",
            "  nextscale train tokenizer --data photos --out runs/tokenizer",
            "  nextscale train transformer --data photos --tokenizer runs/tokenizer --out runs/photos",
            "  nextscale train transformer --out runs/photos --resume"
        })
public final class TrainCommand extends SessionCommand {
    private static final String BUNDLE = "org.nextscale.training";
    private static final String JAR = "nextscale-training-";

    @Spec
    private CommandSpec spec;

    private TrainCommand(Session session) {
        super(session);
    }

    public static CommandLine create(Session session) {
        CommandLine command = new CommandLine(new TrainCommand(session));
        List<PluginInfo<Trainer>> trainers = session.engine().plugins(PluginKind.TRAINER);
        trainers.forEach(each -> command.addSubcommand(each.id(), TrainerCommand.create(session, each)));
        if (trainers.isEmpty()) {
            command.setUnmatchedArgumentsAllowed(true); // whatever is typed, what is missing is the trainer
            command.getCommandSpec().usageMessage().description(whyThereIsNone(session) + ".");
        }
        return command;
    }

    /** What to do to have trainers. */
    static String whyThereIsNone(Session session) {
        for (PluginStatus plugin : session.plugins()) {
            if (!plugin.active()
                    && (plugin.name().equals(BUNDLE) || plugin.name().startsWith(JAR))) {
                return "no trainer is plugged in: " + plugin.name() + " " + plugin.reason();
            }
        }
        return "no trainer is plugged in: unpack the training add-on, nextscale-training-addon-" + ProgramVersion.text()
                + ".tar.gz or .zip, in the folder that nextscale-" + ProgramVersion.text() + " was unpacked in";
    }

    @Override
    public Integer call() {
        if (spec.subcommands().isEmpty()) {
            throw new InvalidInputException(whyThereIsNone(session()));
        }
        spec.commandLine().usage(console().err());
        return ExitCode.INPUT;
    }
}
