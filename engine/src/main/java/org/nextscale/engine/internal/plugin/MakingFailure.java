package org.nextscale.engine.internal.plugin;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nextscale.files.PrintableText;

/** Says why an object of somebody else's class cannot be made, in a line that its author can act on. */
final class MakingFailure {
    private static final Pattern THROWN = Pattern.compile("(?:[\\w.$]+\\.)?([\\w$]+): ?(.*)");
    private static final Pattern CLASS_FILE = Pattern.compile("class file version (\\d+)");
    /** What Java 1.0 would be, counted as today. */
    private static final int CLASS_FILE_OF_JAVA_0 = 44;

    private MakingFailure() {}

    /** Of what it began with. */
    static String words(Throwable failure) {
        return words(PrintableText.beginning(failure).toString());
    }

    /** Of the last cause in a stack trace, or of all there is in one line. */
    static String words(String trace) {
        String thrown = trace.strip().lines().findFirst().orElse("");
        for (String line : trace.lines().toList()) {
            if (line.startsWith("Caused by: ")) {
                thrown = line.substring("Caused by: ".length());
            }
        }
        Matcher parts = THROWN.matcher(thrown);
        if (!parts.matches()) {
            return thrown.substring(thrown.lastIndexOf('.') + 1);
        }
        String kind = parts.group(1);
        String message = parts.group(2);
        Matcher version = CLASS_FILE.matcher(message);
        if (version.find()) {
            return "needs Java " + (Integer.parseInt(version.group(1)) - CLASS_FILE_OF_JAVA_0)
                    + " or later, this is Java " + Runtime.version().feature();
        }
        if (kind.equals("NoClassDefFoundError") || kind.equals("ClassNotFoundException")) {
            String missing = message.split("[ ,;]")[0].replace('/', '.');
            return "needs the class " + missing + ", which its jar neither holds nor imports: build it with"
                    + " bnd-maven-plugin, as examples/plugins do";
        }
        return kind + ": " + message;
    }
}
