package org.nextscale.cli.internal.shell;

import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.InvalidInputException;

/** Splits what was typed into words, as a POSIX shell does: quotes, backslashes, comments; nothing is replaced. */
final class Line {
    private static final char NONE = 0;

    private final List<String> words = new ArrayList<>();
    /** The word so far; {@code null} between two words. */
    private StringBuilder word;

    private Line() {}

    /**
     * The words of a line; none for an empty line or a comment.
     *
     * @throws InvalidInputException if a quote is not closed
     */
    static List<String> words(String text) {
        Line line = new Line();
        line.split(text);
        return line.words;
    }

    private void split(String text) {
        char quote = NONE;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean escaping = c == '\\' && quote != '\'' && i + 1 < text.length();
            if (escaping) {
                i++;
                append(text.charAt(i));
            } else if (quote != NONE) {
                quote = within(quote, c);
            } else if (c == '"' || c == '\'') {
                quote = c;
                word = word == null ? new StringBuilder() : word;
            } else if (Character.isWhitespace(c)) {
                endWord();
            } else if (c == '#' && word == null) {
                break;
            } else {
                append(c);
            }
        }
        if (quote != NONE) {
            throw new InvalidInputException("a quote (" + quote + ") is not closed");
        }
        endWord();
    }

    private char within(char quote, char c) {
        if (c == quote) {
            return NONE;
        }
        append(c);
        return quote;
    }

    private void append(char c) {
        word = word == null ? new StringBuilder() : word;
        word.append(c);
    }

    private void endWord() {
        if (word != null) {
            words.add(word.toString());
            word = null;
        }
    }
}
