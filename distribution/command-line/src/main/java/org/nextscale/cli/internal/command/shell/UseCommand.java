package org.nextscale.cli.internal.command.shell;

import java.util.List;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.ImageGenerator;
import org.nextscale.api.model.Model;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.KeptModel;
import org.nextscale.cli.internal.session.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code use}, in a shell: what the commands after it compute with. */
@Command(
        sortOptions = false,
        customSynopsis = {"use BACKEND[:option=value,...]", "use model NAME|FOLDER"},
        description = "An open model moves to the backend at once, and the old one's memory is returned.")
public final class UseCommand extends SessionCommand {
    private static final String MODEL = "model";

    @Parameters(arity = "1..2", paramLabel = "BACKEND | model NAME", description = "see backends and model list")
    private List<String> words;

    public UseCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        KeptModel kept =
                session().kept().orElseThrow(() -> new InvalidInputException("use is a command of nextscale shell"));
        boolean ofModel = words.get(0).equals(MODEL);
        if (words.size() != (ofModel ? 2 : 1)) {
            throw new InvalidInputException("say use BACKEND or use model NAME");
        }
        if (ofModel) {
            useModel(kept, words.get(1));
        } else {
            useBackend(kept, PluginChoice.parse("backend", words.get(0)));
        }
        return ExitCode.OK;
    }

    private void useModel(KeptModel kept, String name) {
        try (Model model = session().engine().model(session().modelFolder(name))) {
            console()
                    .line("model " + console().bold(model.name()) + ", "
                            + model.spec().transformer().classes() + " classes");
        }
        kept.useModel(name);
    }

    private void useBackend(KeptModel kept, PluginChoice choice) {
        session().requireBackend(choice);
        kept.use(choice);
        console()
                .line("backend "
                        + kept.open()
                                .map(ImageGenerator::backend)
                                .map(on -> console().bold(on.id()) + ", "
                                        + on.availability().device())
                                .orElse(console().bold(choice.toString()) + " from the next image on"));
    }
}
