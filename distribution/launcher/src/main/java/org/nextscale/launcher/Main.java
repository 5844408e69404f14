package org.nextscale.launcher;

import java.util.Arrays;
import java.util.Locale;

/**
 * The program: starts the container, hands the arguments to the command line in it, and ends with its exit code. With
 * {@code --classpath} as the first argument, or {@code NEXTSCALE_CONTAINER=none} in the environment, the same jars run
 * on a plain class path.
 */
public final class Main {

    /** Exit code of a failure that is not the user's input. */
    private static final int FAILURE = 1;

    private Main() {}

    /** Never returns, whatever threads the bundles leave behind. */
    public static void main(String[] arguments) {
        int exitCode = FAILURE;
        // Numbers are read by programs too, the framework's own among them: they have the same digits everywhere.
        Locale.setDefault(Locale.ROOT);
        try {
            exitCode = run(arguments);
        } catch (Throwable e) {
            Terminal.say(e);
        } finally {
            System.exit(exitCode);
        }
    }

    private static int run(String[] arguments) throws Exception {
        Installation installation = Installation.ofThisProgram();
        System.setProperty(Installation.HOME, installation.home().toString());
        if (arguments.length > 0 && arguments[0].equals("--classpath")) {
            return FlatClassPath.run(installation, Arrays.copyOfRange(arguments, 1, arguments.length));
        }
        if ("none".equals(System.getenv("NEXTSCALE_CONTAINER"))) {
            return FlatClassPath.run(installation, arguments);
        }
        try (Container container = Container.start(installation)) {
            return container.run(arguments);
        }
    }
}
