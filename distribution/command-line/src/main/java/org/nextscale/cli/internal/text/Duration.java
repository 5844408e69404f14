package org.nextscale.cli.internal.text;

import java.util.Locale;

/** Times for people. */
public final class Duration {
    private static final double SECOND = 1e9;

    private Duration() {}

    /** {@code 12 ms}, {@code 3.4 s}, {@code 2 min 5 s}. */
    public static String words(long nanoseconds) {
        double seconds = nanoseconds / SECOND;
        if (seconds < 1) {
            return Math.round(seconds * 1000) + " ms";
        }
        if (seconds < 60) {
            return fixed(seconds, 1) + " s";
        }
        long whole = Math.round(seconds);
        return whole / 60 + " min " + whole % 60 + " s";
    }

    /** A number with so many decimals, always with a point. */
    public static String fixed(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
