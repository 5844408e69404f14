package org.nextscale.model.internal.json;

import java.nio.file.Path;
import java.util.Locale;
import org.nextscale.api.InvalidInputException;
import org.nextscale.files.PrintableText;

/** Finds the first place at which a text is no JSON, and says what is wrong there for whoever wrote it. */
final class JsonSyntax {
    private static final int DEEPEST = 100;
    private static final String ESCAPES = "\"\\/bfnrtu";

    private final Path path;
    private final String text;
    private int at;

    private JsonSyntax(Path path, String text) {
        this.path = path;
        this.text = text;
    }

    /**
     * Goes through a text that should be one JSON value.
     *
     * @throws InvalidInputException with line and column of the first mistake
     */
    static void require(Path path, String text) {
        JsonSyntax syntax = new JsonSyntax(path, text);
        syntax.space();
        syntax.value(0);
        syntax.space();
        if (syntax.at < text.length()) {
            throw syntax.unexpected("nothing after its end");
        }
    }

    private void value(int depth) {
        if (depth > DEEPEST) {
            throw mistake("it is nested more than " + DEEPEST + " deep");
        }
        char next = peek();
        if (next == '{') {
            entries(depth, '}');
        } else if (next == '[') {
            entries(depth, ']');
        } else if (next == '"') {
            string();
        } else if (next == '-' || isDigit(next)) {
            number();
        } else if (!word("true") && !word("false") && !word("null")) {
            throw unexpected("a value");
        }
    }

    /** An object or a list, from its bracket on. */
    private void entries(int depth, char close) {
        at++;
        space();
        if (peek() == close) {
            at++;
            return;
        }
        while (true) {
            if (close == '}') {
                name();
            }
            value(depth + 1);
            space();
            if (peek() == close) {
                at++;
                return;
            }
            if (peek() != ',') {
                throw unexpected("a comma or " + close);
            }
            int comma = at++;
            space();
            if (peek() == close) {
                at = comma;
                throw mistake("a comma after the last entry; take it out");
            }
        }
    }

    private void name() {
        if (peek() != '"') {
            throw unexpected("a name in double quotes");
        }
        string();
        space();
        if (peek() != ':') {
            throw unexpected("a colon");
        }
        at++;
        space();
    }

    private void string() {
        int begin = at++;
        while (peek() != '"') {
            if (at == text.length() || peek() == '\n' || peek() == '\r') {
                at = begin;
                throw mistake("a text that does not end on its line");
            }
            if (peek() < ' ') {
                throw mistake("a control character in a text");
            }
            if (peek() == '\\') {
                escape();
            }
            at++;
        }
        at++;
    }

    /** Ends at the last character of what a backslash begins. */
    private void escape() {
        at++;
        if (at == text.length() || ESCAPES.indexOf(peek()) < 0) {
            at--;
            throw mistake("a backslash that means nothing; a backslash itself is written twice");
        }
        if (peek() == 'u') {
            for (int i = 0; i < 4; i++) {
                at++;
                if (Character.digit(peek(), 16) < 0) {
                    throw mistake("\\u without its four digits");
                }
            }
        }
    }

    private void number() {
        if (peek() == '-') {
            at++;
        }
        if (peek() == '0') {
            at++;
        } else {
            digits();
        }
        if (peek() == '.') {
            at++;
            digits();
        }
        if (peek() == 'e' || peek() == 'E') {
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            digits();
        }
    }

    private void digits() {
        if (!isDigit(peek())) {
            throw unexpected("a digit");
        }
        while (isDigit(peek())) {
            at++;
        }
    }

    private boolean word(String word) {
        boolean found = text.startsWith(word, at);
        at += found ? word.length() : 0;
        return found;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    /** The next character; past the end one that nothing begins with. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private static boolean isDigit(char character) {
        return character >= '0' && character <= '9';
    }

    private InvalidInputException unexpected(String expected) {
        if (at == text.length()) {
            return text.isBlank() ? mistake("it is empty") : mistake("it breaks off, expected " + expected);
        }
        if (text.startsWith("//", at) || text.startsWith("/*", at) || peek() == '#') {
            return mistake("a comment, which JSON does not have; take it out");
        }
        if ("'`\u2018\u2019\u201c\u201d".indexOf(peek()) >= 0) {
            return mistake("names and texts stand in straight double quotes");
        }
        String found = found();
        return switch (found) {
            case "True", "False" -> mistake("write " + found.toLowerCase(Locale.ROOT) + " instead of " + found);
            case "None" -> mistake("write null instead of None");
            default -> mistake("expected " + expected + ", found " + PrintableText.printable(found));
        };
    }

    /** The word or the character that comes next. */
    private String found() {
        int end = at;
        while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
            end++;
        }
        return end > at ? text.substring(at, end) : new String(Character.toChars(text.codePointAt(at)));
    }

    private InvalidInputException mistake(String words) {
        int line = 1;
        int begin = 0;
        for (int i = 0; i < at; i++) {
            if (text.charAt(i) == '\n') {
                line++;
                begin = i + 1;
            }
        }
        return new InvalidInputException(
                path + ": is not valid JSON at line " + line + ", column " + (at - begin + 1) + ": " + words);
    }
}
