package org.nextscale.files;

import java.util.List;
import java.util.Locale;
import org.nextscale.api.NextscaleException;

/**
 * Text that comes out of a file, made fit for a one-line message: no control characters, nothing that turns the text around it, no
 * novels. Joiners, marks and soft hyphens are part of words, and a character that this Java does not know yet may be an emoji.
 */
public final class PrintableText {
    private static final int LONGEST_SHOWN = 120;
    private static final int LONGEST_NAME = 512;

    private PrintableText() {}

    /** The text with control and other unprintable characters escaped, cut after 120 characters. */
    public static String printable(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length(); ) {
            if (shown.length() >= LONGEST_SHOWN) {
                return shown + "…";
            }
            int character = text.codePointAt(i);
            if (unprintable(character)) {
                shown.append(String.format(Locale.ROOT, "\\u%04x", character));
            } else {
                shown.appendCodePoint(character);
            }
            i += Character.charCount(character);
        }
        return shown.toString();
    }

    /** What a failure began with, behind all that passed it on. */
    public static Throwable beginning(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Why something failed: what our own exceptions say is for people, of others their kind is said too. */
    public static String reason(Throwable failure) {
        String message = failure.getMessage();
        if (failure instanceof NextscaleException && message != null) {
            return message;
        }
        String kind = failure.getClass().getSimpleName();
        return message == null ? kind : kind + ": " + message.strip();
    }

    /** Whether this can be a name (of a tensor, a class, a model): short and printable, so that it can be shown as it is. */
    public static boolean isName(String text) {
        return !text.isEmpty() && text.length() <= LONGEST_NAME && isPrintable(text);
    }

    /** Whether this can be shown as it is: one line without control characters. */
    public static boolean isPrintable(String text) {
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            if (unprintable(character)) {
                return false;
            }
            i += Character.charCount(character);
        }
        return true;
    }

    /** A shape for a message; long ones are cut. */
    public static String shape(List<?> shape) {
        return shape.size() <= 8 ? shape.toString() : shape.subList(0, 8) + " and " + (shape.size() - 8) + " more";
    }

    private static boolean unprintable(int character) {
        if (character >= ' ' && character <= '~') {
            return false;
        }
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                true;
            default -> isTurn(character);
        };
    }

    /** Embeddings, overrides and isolates of Unicode's bidirectional algorithm: with them a text can be made to look like another. */
    private static boolean isTurn(int character) {
        return character >= 0x202a && character <= 0x202e || character >= 0x2066 && character <= 0x2069;
    }
}
