package org.nextscale.cli.internal;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.nextscale.cli.internal.command.evaluation.EvaluateCommand;
import org.nextscale.cli.internal.command.image.EditCommand;
import org.nextscale.cli.internal.command.image.GenerateCommand;
import org.nextscale.cli.internal.command.image.MetadataCommand;
import org.nextscale.cli.internal.command.image.ReconstructCommand;
import org.nextscale.cli.internal.command.machine.BackendsCommand;
import org.nextscale.cli.internal.command.machine.BenchCommand;
import org.nextscale.cli.internal.command.machine.PluginsCommand;
import org.nextscale.cli.internal.command.machine.SamplersCommand;
import org.nextscale.cli.internal.command.machine.VerifyCommand;
import org.nextscale.cli.internal.command.model.ModelCommand;
import org.nextscale.cli.internal.command.plugin.PluginCommand;
import org.nextscale.cli.internal.command.shell.ShellCommand;
import org.nextscale.cli.internal.command.shell.UseCommand;
import org.nextscale.cli.internal.command.training.FineTuneCommand;
import org.nextscale.cli.internal.command.training.TrainCommand;
import org.nextscale.cli.internal.session.Session;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The commands there are, in the order help shows them. One is only put together when it is named. */
enum Commands {
    GENERATE("make images of classes", GenerateCommand::create),
    EDIT("make a part of an image anew, or what is around it", EditCommand::create),
    RECONSTRUCT(
            "an image to tokens and back: what the tokenizer keeps", s -> new CommandLine(new ReconstructCommand(s))),
    METADATA("how an image was made, as stored in its file", s -> new CommandLine(new MetadataCommand(s))),
    MODEL("convert, export, inspect, list, synthesize models", ModelCommand::create),
    TRAIN("make a tokenizer or a transformer of your own images", TrainCommand::create),
    FINE_TUNE("train a model further, on your own classes", FineTuneCommand::create),
    BACKENDS("what can compute on this machine", s -> new CommandLine(new BackendsCommand(s))),
    SAMPLERS("samplers and guidances, with their parameters", s -> new CommandLine(new SamplersCommand(s))),
    PLUGINS("plugins found, and why one was refused", s -> new CommandLine(new PluginsCommand(s))),
    PLUGIN("begin a plugin of your own, check a jar", PluginCommand::create),
    VERIFY("check a backend against the reference implementation", s -> new CommandLine(new VerifyCommand(s))),
    EVALUATE("how good images are: FID, Inception Score, precision, recall, PSNR", EvaluateCommand::create),
    BENCH("how fast this machine makes images, beside libtorch", BenchCommand::create),
    SHELL(
            "a prompt for all of these, with a model that stays open",
            s -> new CommandLine(new ShellCommand(s, Program.INTERPRETER))),
    USE("what the next commands compute with: a backend, a model", s -> new CommandLine(new UseCommand(s))),
    EXIT("leave the shell", s -> new CommandLine(CommandSpec.create()));

    private static final Set<Commands> ONLY_IN_SHELL = EnumSet.of(USE, EXIT);

    private final String summary;
    private final BiFunction<Session, List<String>, CommandLine> create;

    Commands(String summary, Function<Session, CommandLine> create) {
        this(summary, (session, words) -> create.apply(session));
    }

    /** @param create also takes the words that were typed, which may spare it some work */
    Commands(String summary, BiFunction<Session, List<String>, CommandLine> create) {
        this.summary = summary;
        this.create = create;
    }

    String command() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Adds commands to {@code root}. If the first word is one, that one alone, since each costs some time to put together;
     * else all, for help and suggestions: in full where the words name them, else by name and summary.
     */
    static void addTo(CommandLine root, Session session, List<String> words) {
        List<Commands> here =
                Stream.of(values()).filter(each -> each.isFor(session)).toList();
        for (Commands each : here) {
            if (!words.isEmpty() && words.get(0).equals(each.command())) {
                each.addTo(root, each.create.apply(session, words));
                return;
            }
        }
        root.addSubcommand(new CommandLine.HelpCommand());
        for (Commands each : here) {
            boolean named = words.contains(each.command());
            each.addTo(root, named ? each.create.apply(session, words) : new CommandLine(CommandSpec.create()));
        }
    }

    /** A shell has some of its own, and is not started from within itself. */
    private boolean isFor(Session session) {
        return session.kept().isPresent() ? this != SHELL : !ONLY_IN_SHELL.contains(this);
    }

    private void addTo(CommandLine root, CommandLine command) {
        command.getCommandSpec().usageMessage().header(summary);
        root.addSubcommand(command(), command);
    }
}
