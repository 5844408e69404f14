package org.nextscale.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Several measurements of one thing: the middle one, and the extremes. */
public record Spread(double median, double min, double max) {

    public static Spread of(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    public static <T> Spread of(List<T> measured, ToDoubleFunction<T> value) {
        return of(measured.stream().mapToDouble(value).toArray());
    }

    /** The median and, if they differ, the extremes. */
    public String text(int decimals) {
        if (min == max) {
            return String.format(Locale.ROOT, "%." + decimals + "f", median);
        }
        return String.format(
                Locale.ROOT, "%." + decimals + "f (%." + decimals + "f .. %." + decimals + "f)", median, min, max);
    }
}
