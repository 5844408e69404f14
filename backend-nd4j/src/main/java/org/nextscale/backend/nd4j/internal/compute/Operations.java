package org.nextscale.backend.nd4j.internal.compute;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.OpaqueContext;
import org.nextscale.api.BackendException;

/**
 * ND4J's native operations on raw memory. Each worker has its own, because an operation's arguments live in a native
 * context; one thread at a time. An operation runs on the calling thread alone: see {@link Workers} for the reason.
 */
public final class Operations implements AutoCloseable {
    private final NativeLibrary library;
    private final NativeOps ops;
    private final OpaqueContext multiply;
    private final OpaqueContext multiplyTransposed;
    private final OpaqueContext convolve;
    private boolean closed;

    Operations(NativeLibrary library) {
        this.library = library;
        ops = library.ops();
        multiply = context(1, 0, 0, 0);
        multiplyTransposed = context(2, 0, 1, 0);
        convolve = ops.createGraphContext(3);
    }

    private OpaqueContext context(int id, long... integers) {
        OpaqueContext context = ops.createGraphContext(id);
        integers(context, integers);
        try (DoublePointer scaling = new DoublePointer(1.0, 0.0)) {
            ops.setGraphContextTArguments(context, scaling, 2);
        }
        return context;
    }

    private void integers(OpaqueContext context, long... values) {
        try (LongPointer pointer = new LongPointer(values)) {
            ops.setGraphContextIArguments(context, pointer, values.length);
        }
    }

    /** {@code out = a · b}, {@code [m, k] × [k, n]}. */
    public void multiply(Matrix a, Matrix b, Matrix out) {
        require(a.columns() == b.rows() && a.rows() == out.rows() && b.columns() == out.columns(), "multiply");
        matmul(multiply, a, b, out);
    }

    /** {@code out = a · bᵀ}, {@code [m, k] × [n, k]}. */
    public void multiplyTransposed(Matrix a, Matrix b, Matrix out) {
        require(a.columns() == b.columns() && a.rows() == out.rows() && b.rows() == out.columns(), "multiply");
        matmul(multiplyTransposed, a, b, out);
    }

    private void matmul(OpaqueContext context, Matrix a, Matrix b, Matrix out) {
        input(context, 0, a.memory().pointer(a.offset(), a.extent()), shape(a));
        input(context, 1, b.memory().pointer(b.offset(), b.extent()), shape(b));
        output(context, out.memory().pointer(out.offset(), out.extent()), shape(out));
        run(context, library.matmul(), "matmul");
    }

    /**
     * Square convolution of one image without padding: the input already has its border.
     *
     * @param input {@code [height, width, channels]} from {@code inputOffset}
     * @param weights {@code [outputs, kernel, kernel, channels]}
     * @param bias {@code [outputs]}
     * @param output {@code [(height − kernel) / stride + 1, (width − kernel) / stride + 1, outputs]}
     */
    public void convolve(
            Floats input,
            long inputOffset,
            int height,
            int width,
            int channels,
            Floats weights,
            Floats bias,
            int kernel,
            int stride,
            Floats output,
            long outputOffset) {
        int outputs = (int) bias.length();
        int outputHeight = (height - kernel) / stride + 1;
        int outputWidth = (width - kernel) / stride + 1;
        // kernel, stride, padding, dilation (height, width each); valid padding; channels last; weights [o, kh, kw, i]
        integers(convolve, kernel, kernel, stride, stride, 0, 0, 1, 1, 0, 1, 2);
        input(
                convolve,
                0,
                input.pointer(inputOffset, (long) height * width * channels),
                library.denseShape(1, height, width, channels));
        input(
                convolve,
                1,
                weights.pointer(0, (long) outputs * kernel * kernel * channels),
                library.denseShape(outputs, kernel, kernel, channels));
        input(convolve, 2, bias.pointer(0, outputs), library.denseShape(outputs));
        output(
                convolve,
                output.pointer(outputOffset, (long) outputHeight * outputWidth * outputs),
                library.denseShape(1, outputHeight, outputWidth, outputs));
        run(convolve, library.conv2d(), "conv2d");
    }

    private Pointer shape(Matrix matrix) {
        return library.matrixShape(matrix.rows(), matrix.columns(), matrix.rowStride());
    }

    private void input(OpaqueContext context, int index, Pointer memory, Pointer shape) {
        ops.setGraphContextInputArray(context, index, memory, shape, null, null);
    }

    private void output(OpaqueContext context, Pointer memory, Pointer shape) {
        ops.setGraphContextOutputArray(context, 0, memory, shape, null, null);
    }

    private void run(OpaqueContext context, long operation, String name) {
        try {
            int status = ops.execCustomOp2(null, operation, context);
            if (status != 0) {
                throw new BackendException("ND4J's " + name + " failed: " + ops.lastErrorMessage());
            }
        } finally {
            // The context keeps a native object for every array it was given until it is purged.
            ops.ctxPurge(context);
        }
    }

    private static void require(boolean holds, String name) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": shapes do not agree");
        }
    }

    /** From now on what the calling thread starts natively runs on that thread alone. */
    void singleThreaded() {
        ops.setOmpNumThreads(1);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            ops.deleteGraphContext(multiply);
            ops.deleteGraphContext(multiplyTransposed);
            ops.deleteGraphContext(convolve);
        }
    }
}
