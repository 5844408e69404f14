package org.nextscale.cli.internal.text;

import java.util.ArrayList;
import java.util.List;

/** Lines in aligned columns. The last column is as wide as it likes. */
public final class Table {
    private final List<String[]> rows = new ArrayList<>();
    private final boolean[] right;

    /** @param alignment a letter a column: {@code l} for left, {@code r} for right */
    public Table(String alignment) {
        right = new boolean[alignment.length()];
        for (int i = 0; i < right.length; i++) {
            right[i] = alignment.charAt(i) == 'r';
        }
    }

    public void add(Object... cells) {
        String[] row = new String[right.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = i < cells.length ? String.valueOf(cells[i]) : "";
        }
        rows.add(row);
    }

    public List<String> lines() {
        int[] widths = new int[right.length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private String line(String[] row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.length; i++) {
            String padding = " ".repeat(widths[i] - row[i].length());
            line.append(right[i] ? padding + row[i] : row[i] + padding).append("  ");
        }
        return line.toString().stripTrailing();
    }
}
