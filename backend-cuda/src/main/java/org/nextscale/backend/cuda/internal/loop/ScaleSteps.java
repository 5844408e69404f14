package org.nextscale.backend.cuda.internal.loop;

import org.nextscale.api.model.Scale;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.Kernel;
import org.nextscale.backend.cuda.internal.driver.KernelLaunch;
import org.nextscale.backend.cuda.internal.driver.KernelModule;
import org.nextscale.backend.cuda.internal.driver.Stream;

/**
 * Puts on a stream what a scale does behind the transformer: guidance, sampler, codes, f̂, and the next scale's input. Of the
 * request it takes only whether there are unconditional logits, so that what it puts there can be recorded for all requests.
 * Thread-safe.
 */
final class ScaleSteps {
    /** Codes of a row that a thread of sample_rows holds. */
    private static final int CODES_A_THREAD = 16;

    private static final int WARP = 32;
    private static final int MOST_THREADS = 256;

    /** The tile of features_add: channels and cells of a row. */
    private static final int CHANNELS = 32;

    private static final int COLUMNS = 8;
    private static final int ADD_THREADS = 128;
    private static final int INPUT_THREADS = 256;

    private final Kernel sample;
    private final Kernel add;
    private final Kernel input;
    private final LoopTables tables;

    ScaleSteps(KernelModule kernels, LoopTables tables) {
        this.tables = tables;
        sample = kernels.kernel(areLong(tables.vocabulary()) ? "sample_long_rows" : "sample_rows");
        add = kernels.kernel("features_add");
        input = kernels.kernel("features_input");
    }

    /** Whether rows of logits are too long for registers. */
    static boolean areLong(int vocabulary) {
        return vocabulary > CODES_A_THREAD * MOST_THREADS;
    }

    /**
     * One scale.
     *
     * @param conditional {@code [batch, tokens, vocabulary]}, overwritten where rows are long
     * @param unconditional the same, or {@code null} for a batch that does not use it
     * @param nextInput receives {@code [batch, tokens of the next scale, z]}; not written by the last scale
     */
    void enqueue(
            Scale scale,
            LoopBuffers buffers,
            DeviceBuffer conditional,
            DeviceBuffer unconditional,
            DeviceBuffer nextInput,
            Stream stream) {
        sample(scale, buffers, conditional, unconditional, stream);
        add(scale, buffers, stream);
        if (!scale.last()) {
            input(scale, buffers, nextInput, stream);
        }
    }

    private void sample(
            Scale scale, LoopBuffers buffers, DeviceBuffer conditional, DeviceBuffer unconditional, Stream stream) {
        int vocabulary = tables.vocabulary();
        int threads = areLong(vocabulary)
                ? MOST_THREADS
                : (vocabulary + CODES_A_THREAD * WARP - 1) / (CODES_A_THREAD * WARP) * WARP;
        int headBytes = LoopRequest.HEAD_BYTES;
        DeviceBuffer request = buffers.request();
        KernelLaunch launch = sample.launch(buffers.batch() * scale.tokens(), threads)
                .pointer(request)
                .pointer(request.slice(headBytes, request.bytes() - headBytes))
                .pointer(conditional);
        if (unconditional == null) {
            launch.noPointer();
        } else {
            launch.pointer(unconditional);
        }
        launch.pointer(tables.codes());
        if (areLong(vocabulary)) {
            launch.pointer(buffers.weights());
        }
        launch.pointer(buffers.tokens())
                .pointer(buffers.embeddings())
                .pointer(buffers.error())
                .integer(scale.index())
                .integer(scale.tokens())
                .integer(vocabulary)
                .integer(tables.z())
                .on(stream);
    }

    private void add(Scale scale, LoopBuffers buffers, Stream stream) {
        int side = tables.pyramid().finestSide();
        LoopTables.ScaleTables phi = tables.scale(scale.index());
        KernelLaunch launch = add.launch(side * ((side + COLUMNS - 1) / COLUMNS), ADD_THREADS)
                .blocks((tables.z() + CHANNELS - 1) / CHANNELS, buffers.batch())
                .pointer(buffers.embeddings())
                .pointer(phi.cells())
                .pointer(phi.factors())
                .pointer(phi.weights())
                .pointer(phi.biases());
        if (scale.index() == 0) {
            launch.noPointer();
        } else {
            launch.pointer(buffers.features(scale.index() - 1));
        }
        launch.pointer(buffers.features(scale.index()))
                .integer(scale.side())
                .integer(side)
                .integer(tables.z())
                .on(stream);
    }

    private void input(Scale scale, LoopBuffers buffers, DeviceBuffer nextInput, Stream stream) {
        int next = tables.pyramid().side(scale.index() + 1);
        int values = buffers.batch() * next * next * tables.z();
        input.launch((values + INPUT_THREADS - 1) / INPUT_THREADS, INPUT_THREADS)
                .pointer(buffers.features(scale.index()))
                .pointer(nextInput)
                .integer(tables.pyramid().finestSide())
                .integer(next)
                .integer(tables.z())
                .integer(values)
                .on(stream);
    }
}
