package org.nextscale.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of text in columns of equal width. */
public final class TextTable {
    private TextTable() {}

    /**
     * Lays a table out.
     *
     * @param rows cells, as many a row; the first row is the head
     * @return an empty line, the head, a rule, and the other rows
     */
    public static List<String> of(List<String[]> rows) {
        int columns = rows.get(0).length;
        int[] widths = new int[columns];
        for (String[] row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        List<String> lines = new ArrayList<>(List.of(""));
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row[i]).append(" ".repeat(widths[i] - row[i].length() + 2));
            }
            lines.add(line.toString().stripTrailing());
            if (row == rows.get(0)) {
                lines.add("-".repeat(Arrays.stream(widths).sum() + 2 * (columns - 1)));
            }
        }
        return lines;
    }
}
