package org.nextscale.backend.nd4j.internal.compute;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nextscale.api.model.WeightSource;

/**
 * {@code y = x · Wᵀ + b} for rows x, with W stored {@code [out, in]} in files. In memory W stands as panels of columns,
 * each {@code [in, columns]} without gaps: the layout oneDNN multiplies without repacking a copy first, and one panel a
 * thread, so that at the small scales, where a product is one read of the weights, every thread reads its own share.
 */
public final class Linear {
    /** Columns of a panel are a multiple of this, the floats of the widest vector register. */
    private static final int COLUMN_UNIT = 16;
    /** Rows of the file that are turned at a time. */
    private static final int TURN_ROWS = 256;
    /** Rows of x in one product; more only means more scratch in oneDNN. */
    private static final int ROW_BLOCK = 2048;

    /** What to do with finished elements, on the thread that computed them. */
    @FunctionalInterface
    public interface Epilogue {
        /** Bias and nothing else. */
        Epilogue NONE = (worker, values, row, column, count) -> true;

        /**
         * @param values the elements {@code column} to {@code column + count − 1} of {@code row}, bias added; may be changed
         * @return whether to store them in the output
         */
        boolean apply(Worker worker, float[] values, int row, int column, int count);
    }

    private final int inputs;
    private final int outputs;
    /** First column of each panel, and the end. */
    private final int[] columns;

    private final Floats[] panels;
    /** The bias of each panel's columns; {@code null} where there is none. */
    private final float[][] biases;

    private Linear(int inputs, int outputs, int[] columns, Floats[] panels, float[] bias) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.columns = columns;
        this.panels = panels;
        biases = new float[panels.length][];
        for (int i = 0; i < panels.length && bias != null; i++) {
            biases[i] = Arrays.copyOfRange(bias, columns[i], columns[i + 1]);
        }
    }

    public int inputs() {
        return inputs;
    }

    public int outputs() {
        return outputs;
    }

    /**
     * Reads a weight into native memory.
     *
     * @param firstRow first of the {@code outputs} rows of the stored tensor that are wanted
     * @param bias {@code [outputs]}, or {@code null}
     */
    public static Linear load(
            WeightSource source,
            String name,
            int firstRow,
            int inputs,
            int outputs,
            float[] bias,
            NativeMemory memory,
            Workers workers) {
        int units = (outputs + COLUMN_UNIT - 1) / COLUMN_UNIT;
        int count = Math.min(workers.size(), units);
        int[] columns = new int[count + 1];
        for (int i = 1; i < count; i++) {
            columns[i] = (int) ((long) units * i / count) * COLUMN_UNIT;
        }
        columns[count] = outputs;
        Floats[] panels = new Floats[count];
        for (int i = 0; i < count; i++) {
            panels[i] = memory.allocate((long) inputs * (columns[i + 1] - columns[i]));
        }
        workers.run(count, (worker, i) -> {
            FloatBuffer target = panels[i].buffer();
            int width = columns[i + 1] - columns[i];
            for (int row = 0; row < width; row += TURN_ROWS) {
                int rows = Math.min(TURN_ROWS, width - row);
                float[] read = worker.array(0, rows * inputs);
                source.read(
                        name, (long) (firstRow + columns[i] + row) * inputs, FloatBuffer.wrap(read, 0, rows * inputs));
                turn(worker, read, rows, inputs, target, row, width);
            }
        });
        return new Linear(inputs, outputs, columns, panels, bias);
    }

    /** Writes {@code read}, {@code [rows, inputs]}, as columns from {@code column} of {@code [inputs, width]}. */
    private static void turn(
            Worker worker, float[] read, int rows, int inputs, FloatBuffer target, int column, int width) {
        float[] turned = worker.array(1, COLUMN_UNIT * rows);
        for (int first = 0; first < inputs; first += COLUMN_UNIT) {
            int count = Math.min(COLUMN_UNIT, inputs - first);
            for (int row = 0; row < rows; row++) {
                int from = row * inputs + first;
                for (int k = 0; k < count; k++) {
                    turned[k * rows + row] = read[from + k];
                }
            }
            for (int k = 0; k < count; k++) {
                target.put((first + k) * width + column, turned, k * rows, rows);
            }
        }
    }

    /**
     * Applies this to {@code rows} rows.
     *
     * @param x {@code [rows, inputs]}
     * @param y {@code [rows, outputs]}; scratch where the epilogue stores nothing
     */
    public void apply(Workers workers, Floats x, int rows, Floats y, Epilogue epilogue) {
        int rowBlocks = (rows + ROW_BLOCK - 1) / ROW_BLOCK;
        workers.run(panels.length * rowBlocks, (worker, part) -> {
            int panel = part % panels.length;
            int row = part / panels.length * ROW_BLOCK;
            block(worker, panel, x, row, Math.min(ROW_BLOCK, rows - row), y, epilogue);
        });
    }

    private void block(Worker worker, int panel, Floats x, int firstRow, int rows, Floats y, Epilogue epilogue) {
        int column = columns[panel];
        int width = columns[panel + 1] - column;
        long out = (long) firstRow * outputs + column;
        worker.operations()
                .multiply(
                        Matrix.dense(x, (long) firstRow * inputs, rows, inputs),
                        Matrix.dense(panels[panel], 0, inputs, width),
                        new Matrix(y, out, rows, width, outputs));
        float[] bias = biases[panel];
        if (bias == null && epilogue == Epilogue.NONE) {
            return;
        }
        FloatBuffer results = y.slice(out, (long) (rows - 1) * outputs + width).buffer();
        float[] values = worker.array(0, width);
        for (int row = 0; row < rows; row++) {
            results.get(row * outputs, values, 0, width);
            if (bias != null) {
                for (int i = 0; i < width; i++) {
                    values[i] += bias[i];
                }
            }
            if (epilogue.apply(worker, values, firstRow + row, column, width)) {
                results.put(row * outputs, values, 0, width);
            }
        }
    }
}
