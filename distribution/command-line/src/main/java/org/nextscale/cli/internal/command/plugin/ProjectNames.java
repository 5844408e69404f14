package org.nextscale.cli.internal.command.plugin;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.Engine;

/**
 * What everything in a plugin's project is called, all of it derived from the plugin's id.
 *
 * @param id lower-case words joined by hyphens; the artifact's id too
 * @param packageName of its classes
 * @param stem what the names of its main classes begin with, in front of the kind's noun
 */
record ProjectNames(ProjectKind kind, String id, String packageName, String stem) {
    /** Of the project, as of the examples. */
    static final String VERSION = "0.1.0-SNAPSHOT";

    private static final int LONGEST = 50;
    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
    private static final Pattern PACKAGE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*");
    private static final Set<String> KEYWORDS = Set.of(("abstract assert boolean break byte case catch char class const"
                    + " continue default do double else enum extends false final finally float for goto if implements import"
                    + " instanceof int interface long native new null package private protected public return short static"
                    + " strictfp super switch synchronized this throw throws transient true try void volatile while _")
            .split(" "));

    /**
     * Checks what was typed.
     *
     * @param packageName {@code null} for one below {@code org.example}
     * @throws InvalidInputException if the plugin or the package cannot be called so
     */
    static ProjectNames of(ProjectKind kind, String id, String packageName) {
        if (!ID.matcher(id).matches()) {
            throw new InvalidInputException("a plugin cannot be called '" + id
                    + "': its name is lower-case words joined by hyphens, such as top-a");
        }
        if (id.length() > LONGEST) {
            throw new InvalidInputException(
                    "the name of a plugin has at most " + LONGEST + " characters, this one has " + id.length());
        }
        if (kind == ProjectKind.BACKEND && id.equals(Engine.BEST_BACKEND)) {
            throw new InvalidInputException(
                    "a backend cannot be called '" + id + "': the word stands for the best there is");
        }
        String chosen = packageName == null ? "org.example." + squashed(kind, id) : packageName;
        requirePackage(chosen);
        return new ProjectNames(kind, id, chosen, stem(kind, id));
    }

    private static void requirePackage(String name) {
        if (!PACKAGE.matcher(name).matches()) {
            throw new InvalidInputException("'" + name + "' is not the name of a package, such as org.example.sampler");
        }
        for (String word : name.split("\\.")) {
            if (KEYWORDS.contains(word)) {
                throw new InvalidInputException(
                        "'" + name + "' is not the name of a package: " + word + " is a word of Java's own");
            }
        }
        for (String taken : Set.of("java", "org.nextscale.api")) {
            if (name.equals(taken) || name.startsWith(taken + ".")) {
                throw new InvalidInputException(
                        "the package " + name + " is not yours: " + taken + " belongs to others; choose another");
            }
        }
    }

    /** The id as a word that can be a part of a package's name. */
    private static String squashed(ProjectKind kind, String id) {
        String word = id.replace("-", "");
        return KEYWORDS.contains(word) ? word + kind.example().noun().toLowerCase(Locale.ROOT) : word;
    }

    /** {@code TopA} of {@code top-a}. What the noun says already is left out: {@code my-sampler} is {@code My}. */
    private static String stem(ProjectKind kind, String id) {
        StringBuilder camel = new StringBuilder();
        for (String word : id.split("-")) {
            camel.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
        }
        String noun = kind.example().noun();
        String stem = camel.toString();
        return stem.endsWith(noun) && stem.length() > noun.length()
                ? stem.substring(0, stem.length() - noun.length())
                : stem;
    }

    /** With longer names for classes, where shorter ones are taken. */
    ProjectNames withStem(String longer) {
        return new ProjectNames(kind, id, packageName, longer);
    }

    /** What the names of its main classes begin with: {@code TopASampler}. */
    String base() {
        return stem + kind.example().noun();
    }

    /** The company's part of the package, where that has one. */
    String groupId() {
        int last = packageName.lastIndexOf('.');
        return packageName.indexOf('.') < last ? packageName.substring(0, last) : packageName;
    }

    /** One that no other plugin of the same package has. */
    String symbolicName() {
        String word = squashed(kind, id);
        return packageName.equals(word) || packageName.endsWith("." + word) ? packageName : packageName + "." + word;
    }

    /** What Maven makes of it. */
    String jar() {
        return "target/" + id + "-" + VERSION + ".jar";
    }
}
