package org.nextscale.training.internal.run;

import java.awt.AWTError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.nextscale.api.NextscaleException;
import org.nextscale.api.image.RgbImage;
import org.nextscale.image.PngFile;

/**
 * What was measured in the course of a run, three times: {@code curves.csv} for programs, event files for TensorBoard,
 * {@code curves.png} to look at. A run goes on without what cannot be written, and says so once. For one thread.
 */
public final class Curves implements AutoCloseable {
    private static final String TABLE = "curves.csv";
    private static final String PICTURE = "curves.png";

    private final Path folder;
    private final Consumer<String> note;
    private CurveTable table;
    private EventFile events;
    private boolean drawable = true;

    private Curves(Path folder, Consumer<String> note) {
        this.folder = folder;
        this.note = note;
    }

    /**
     * Begins, or goes on behind a checkpoint: rows of later steps are dropped.
     *
     * @param folder which exists
     * @param columns names of all that will be measured, the loss first
     * @param done steps done, 0 for a new run
     */
    public static Curves open(Path folder, List<String> columns, long done, Consumer<String> note) {
        for (String each : columns) {
            if (!each.matches("[A-Za-z0-9_./-]+")) {
                throw new IllegalArgumentException(each + " is no name of a column");
            }
        }
        Curves curves = new Curves(folder, note);
        try {
            curves.table = CurveTable.open(folder.resolve(TABLE), List.copyOf(columns), done);
        } catch (IOException e) {
            curves.giveUp(TABLE, e);
        }
        try {
            curves.events = EventFile.create(folder, done + 1);
        } catch (IOException e) {
            curves.giveUp("the file for TensorBoard", e);
        }
        return curves;
    }

    /**
     * Adds a step.
     *
     * @param values by the names of columns; those not measured at this step may be missing
     */
    public void add(long step, Map<String, Double> values) {
        if (table != null) {
            Map<String, Double> unknown = new LinkedHashMap<>(values);
            unknown.keySet().removeAll(table.columns());
            if (!unknown.isEmpty()) {
                throw new IllegalArgumentException("no columns of " + TABLE + ": " + unknown.keySet());
            }
            try {
                table.add(step, values);
            } catch (IOException e) {
                giveUp(TABLE, e);
                closeTable();
            }
        }
        if (events != null) {
            try {
                events.add(step, values);
            } catch (IOException e) {
                giveUp("the file for TensorBoard", e);
                closeEvents();
            }
        }
    }

    /** Draws the curves so far. */
    public void draw() {
        if (table == null || !drawable) {
            return;
        }
        try {
            RgbImage picture = CurveChart.draw(table);
            if (picture != null) {
                PngFile.write(folder.resolve(PICTURE), picture, Map.of());
            }
        } catch (IOException | NextscaleException e) {
            // A full disk may have room later.
            note.accept(PICTURE + " cannot be written: " + e.getMessage());
        } catch (RuntimeException | LinkageError | AWTError | InternalError e) {
            // Java without fonts or without java.desktop.
            drawable = false;
            giveUp(PICTURE, e);
        }
    }

    private void giveUp(String what, Throwable reason) {
        note.accept(what + " cannot be written, the run goes on without it: " + reason);
    }

    private void closeTable() {
        try {
            table.close();
        } catch (IOException e) {
            // What it could not write has been said.
        }
        table = null;
    }

    private void closeEvents() {
        try {
            events.close();
        } catch (IOException e) {
            // What it could not write has been said.
        }
        events = null;
    }

    @Override
    public void close() {
        if (table != null) {
            closeTable();
        }
        if (events != null) {
            closeEvents();
        }
    }
}
