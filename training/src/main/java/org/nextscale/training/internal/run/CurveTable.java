package org.nextscale.training.internal.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.nextscale.files.WholeFile;

/** A CSV file of what was measured: {@code step} and a column a value, a row a step; a value not measured leaves its cell empty. */
final class CurveTable implements AutoCloseable {
    private final Path path;
    private final List<String> columns;
    private final Writer out;

    private CurveTable(Path path, List<String> columns, Writer out) {
        this.path = path;
        this.columns = columns;
        this.out = out;
    }

    /** Takes a row; {@code values} are NaN where the cell is empty. */
    interface Row {
        void read(long step, double[] values);
    }

    /**
     * Begins a file or goes on with one, whose rows behind {@code lastStep} are dropped. One with other columns is renamed.
     *
     * @param columns names without commas, in the order of the file
     */
    static CurveTable open(Path path, List<String> columns, long lastStep) throws IOException {
        String header = "step," + String.join(",", columns);
        try (WholeFile file = new WholeFile(path)) {
            try (Writer out = Channels.newWriter(file.open(), StandardCharsets.UTF_8)) {
                out.write(header + "\n");
                if (Files.exists(path) && !copy(path, header, lastStep, out)) {
                    Files.move(
                            path,
                            path.resolveSibling(path.getFileName() + ".before-step-" + lastStep),
                            StandardCopyOption.REPLACE_EXISTING);
                }
            }
            file.finish();
        }
        return new CurveTable(
                path, columns, Files.newBufferedWriter(path, StandardCharsets.UTF_8, StandardOpenOption.APPEND));
    }

    /** Copies rows up to a step; false if the file has another header. */
    private static boolean copy(Path path, String header, long lastStep, Writer out) throws IOException {
        try (BufferedReader in = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
            if (!header.equals(in.readLine())) {
                return false;
            }
            int cells = header.split(",").length;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] row = line.split(",", -1);
                // A killed process leaves part of a line, at the end, of a step that no checkpoint has.
                if (row.length != cells || step(row[0]) > lastStep) {
                    break;
                }
                out.write(line + "\n");
            }
            return true;
        }
    }

    private static long step(String cell) {
        try {
            return Long.parseLong(cell);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    void add(long step, Map<String, Double> values) throws IOException {
        StringBuilder row = new StringBuilder().append(step);
        for (String each : columns) {
            Double value = values.get(each);
            row.append(',').append(value == null ? "" : value.toString());
        }
        out.write(row.append('\n').toString());
        out.flush();
    }

    /** How many rows there are. */
    long rows() throws IOException {
        try (BufferedReader in = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
            return Math.max(0, in.lines().count() - 1);
        }
    }

    /** Reads all rows from the first to the last. */
    void read(Row row) throws IOException {
        try (BufferedReader in = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
            in.readLine();
            double[] values = new double[columns.size()];
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] cells = line.split(",", -1);
                for (int i = 0; i < values.length; i++) {
                    String cell = i + 1 < cells.length ? cells[i + 1] : "";
                    values[i] = cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
                }
                row.read(Long.parseLong(cells[0]), values);
            }
        }
    }

    List<String> columns() {
        return columns;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
