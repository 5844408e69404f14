package org.nextscale.engine.internal.checkpoint;

import java.util.List;

/** Text that comes out of a file, made fit for a one-line message: no control characters, no novels. */
public final class FileText {
    private static final int LONGEST_SHOWN = 120;
    private static final int LONGEST_NAME = 512;

    private FileText() {}

    /** The text with control and other unprintable characters escaped, cut after 120 characters. */
    public static String printable(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length() && shown.length() < LONGEST_SHOWN; i++) {
            char c = text.charAt(i);
            if (unprintable(c)) {
                shown.append(String.format("\\u%04x", (int) c));
            } else {
                shown.append(c);
            }
        }
        return shown.length() < LONGEST_SHOWN ? shown.toString() : shown + "…";
    }

    /** Whether this can be a tensor's name: short and printable, so that messages can show it as it is. */
    public static boolean isName(String text) {
        return !text.isEmpty() && text.length() <= LONGEST_NAME && text.chars().noneMatch(c -> unprintable((char) c));
    }

    /** A shape for a message; long ones are cut. */
    public static String shape(List<?> shape) {
        return shape.size() <= 8 ? shape.toString() : shape.subList(0, 8) + " and " + (shape.size() - 8) + " more";
    }

    private static boolean unprintable(char c) {
        return Character.isISOControl(c)
                || Character.isSurrogate(c)
                || Character.getType(c) == Character.FORMAT
                || c == '\u2028'
                || c == '\u2029';
    }
}
