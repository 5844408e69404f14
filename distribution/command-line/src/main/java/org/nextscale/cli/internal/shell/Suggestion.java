package org.nextscale.cli.internal.shell;

/**
 * A word that could come next.
 *
 * @param help a few words on it; {@code null} where it speaks for itself
 * @param complete whether the word ends there; a folder's name, for one, goes on
 */
record Suggestion(String text, String help, boolean complete) {
    Suggestion(String text) {
        this(text, null, true);
    }
}
