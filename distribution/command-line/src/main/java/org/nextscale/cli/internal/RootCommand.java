package org.nextscale.cli.internal;

import java.util.concurrent.Callable;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.ProgramVersion;
import org.nextscale.cli.internal.session.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code nextscale} itself: without a command it prints its help. */
@Command(
        name = "nextscale",
        versionProvider = RootCommand.Version.class,
        description = "Images from visual autoregressive (VAR) models.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0: done",
            " 1: something went wrong while working: a backend failed, a check did not hold, a file could not be written",
            " 2: what was typed, or a file that was named, cannot be used",
            "130: stopped by Ctrl-C"
        },
        footerHeading = "%nEnvironment:%n",
        footer = {
            "  NEXTSCALE_BACKEND  what computes where --backend does not say it: ID[:option=value,...]",
            "  NEXTSCALE_MODELS   folders that hold model packages, besides models in the installation",
            "  NEXTSCALE_PLUGINS  folders that hold plugins, besides plugins in the installation",
            "  NEXTSCALE_DEBUG    set to anything: errors with their stack traces",
            "  NO_COLOR           set to anything: no colours",
            "",
            "What NEXTSCALE_BACKEND says can also be a line backend = ID in ~/.config/nextscale/nextscale.properties,",
            "or in conf/nextscale.properties in the installation.",
            "",
            "nextscale COMMAND --help says more. Try: nextscale generate --class \"ankle boot\""
        })
final class RootCommand implements Callable<Integer> {
    private final Session session;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this help")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "print the version")
    private boolean version;

    RootCommand(Session session) {
        this.session = session;
    }

    @Option(names = "--stacktrace", hidden = true, scope = ScopeType.INHERIT)
    void setStackTrace(boolean wanted) {
        if (wanted) {
            session.console().setDebugging();
        }
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(session.console().err());
        return ExitCode.INPUT;
    }

    /** The version of this jar, and the Java it runs on. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "nextscale " + ProgramVersion.text(),
                "Java " + System.getProperty("java.version") + ", " + System.getProperty("os.name") + " "
                        + System.getProperty("os.arch")
            };
        }
    }
}
