package org.nextscale.backend.nd4j.internal.tokenizer;

import java.nio.FloatBuffer;
import org.nextscale.backend.nd4j.internal.compute.Floats;
import org.nextscale.backend.nd4j.internal.compute.GrowingFloats;
import org.nextscale.backend.nd4j.internal.compute.Worker;
import org.nextscale.backend.nd4j.internal.compute.Workers;

/**
 * The feature map that travels through the network's stages, one image at a time, and the memory around it. Maps are
 * {@code [height, width, channels]}: the layout that oneDNN convolves fastest here, and in which a 1×1 convolution is a
 * matrix product.
 *
 * <p>Three areas, reused from stage to stage and image to image: the current map, the next one, and the padded copy that
 * a convolution reads. They grow to the largest stage and stay.
 */
final class Canvas implements AutoCloseable {
    /** Floats that an elementwise pass handles at a time: they stay in the first-level cache. */
    private static final int BLOCK = 2048;

    private final Workers workers;
    private final GrowingFloats padded = new GrowingFloats();
    private GrowingFloats current = new GrowingFloats();
    private GrowingFloats next = new GrowingFloats();
    private int height;
    private int width;
    private int channels;

    Canvas(Workers workers) {
        this.workers = workers;
    }

    Workers workers() {
        return workers;
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    int channels() {
        return channels;
    }

    int pixels() {
        return height * width;
    }

    /** Elements of the current map. */
    int size() {
        return height * width * channels;
    }

    /** The current map, {@code [height, width, channels]}. */
    Floats current() {
        return current.atLeast(size());
    }

    /** Room for at least {@code size} floats beside the current map; contents are left over. */
    Floats next(long size) {
        return next.atLeast(size);
    }

    /** Room for at least {@code size} floats beside the other two; contents are left over. */
    Floats padded(long size) {
        return padded.atLeast(size);
    }

    /** Makes the next map the current one, with these sizes. */
    void advance(int newHeight, int newWidth, int newChannels) {
        GrowingFloats before = current;
        current = next;
        next = before;
        height = newHeight;
        width = newWidth;
        channels = newChannels;
    }

    /** Sets the current map from {@code [channels, height, width]}. */
    void load(float[] values, int from, int newHeight, int newWidth, int newChannels) {
        int area = newHeight * newWidth;
        FloatBuffer target = next((long) area * newChannels).buffer();
        workers.run(newHeight, (worker, y) -> {
            float[] row = worker.array(0, newWidth * newChannels);
            for (int c = 0; c < newChannels; c++) {
                int source = from + c * area + y * newWidth;
                for (int x = 0; x < newWidth; x++) {
                    row[x * newChannels + c] = values[source + x];
                }
            }
            target.put(y * newWidth * newChannels, row, 0, newWidth * newChannels);
        });
        advance(newHeight, newWidth, newChannels);
    }

    /** Copies the current map into {@code [channels, height, width]}, limiting every value to ±{@code limit}. */
    void store(float[] values, int to, float limit) {
        FloatBuffer source = current().buffer();
        workers.run(height, (worker, y) -> {
            float[] row = worker.array(0, width * channels);
            source.get(y * width * channels, row, 0, width * channels);
            for (int c = 0; c < channels; c++) {
                int target = to + c * height * width + y * width;
                for (int x = 0; x < width; x++) {
                    values[target + x] = Math.max(-limit, Math.min(limit, row[x * channels + c]));
                }
            }
        });
    }

    /** Most pixels that a {@link PixelFunction} gets at a time. */
    static int blockPixels(int channels) {
        return Math.max(1, BLOCK / channels);
    }

    /** What an elementwise pass does to some pixels. */
    @FunctionalInterface
    interface PixelFunction {
        PixelFunction NONE = (worker, values, pixels) -> {};

        /** @param values {@code [pixels, channels]}, changed in place */
        void apply(Worker worker, float[] values, int pixels);
    }

    /**
     * Writes the current map into the padded area: through a function, enlarged, with a border of zeros.
     *
     * @param zoom every pixel becomes {@code zoom × zoom} equal ones
     * @param before rows above and columns to the left of the map
     * @param after rows below and columns to the right
     * @return {@code [before + zoom·height + after, before + zoom·width + after, channels]}
     */
    Floats pad(PixelFunction function, int zoom, int before, int after) {
        int paddedHeight = before + zoom * height + after;
        int rowSize = (before + zoom * width + after) * channels;
        Floats area = padded((long) paddedHeight * rowSize);
        FloatBuffer source = current().buffer();
        FloatBuffer target = area.buffer();
        int block = blockPixels(channels);
        workers.run(height + before + after, (worker, part) -> {
            if (part >= height) {
                int border = part - height;
                int y = border < before ? border : paddedHeight - after + border - before;
                target.put(y * rowSize, zeros(worker, rowSize), 0, rowSize);
                return;
            }
            int first = (before + part * zoom) * rowSize;
            float[] zeros = zeros(worker, Math.max(before, after) * channels);
            float[] values = worker.array(0, block * channels * zoom);
            for (int copy = 0; copy < zoom; copy++) {
                target.put(first + copy * rowSize, zeros, 0, before * channels);
                target.put(first + (copy + 1) * rowSize - after * channels, zeros, 0, after * channels);
            }
            for (int x = 0; x < width; x += block) {
                int pixels = Math.min(block, width - x);
                source.get((part * width + x) * channels, values, 0, pixels * channels);
                function.apply(worker, values, pixels);
                repeat(values, pixels, zoom);
                int to = first + (before + x * zoom) * channels;
                for (int copy = 0; copy < zoom; copy++) {
                    target.put(to + copy * rowSize, values, 0, pixels * zoom * channels);
                }
            }
        });
        return area;
    }

    private static float[] zeros(Worker worker, int size) {
        float[] zeros = worker.array(2, size);
        java.util.Arrays.fill(zeros, 0, size, 0f);
        return zeros;
    }

    /** Repeats every pixel {@code zoom} times, in place, from the last to the first. */
    private void repeat(float[] values, int pixels, int zoom) {
        if (zoom == 1) {
            return;
        }
        for (int pixel = pixels - 1; pixel >= 0; pixel--) {
            for (int copy = zoom - 1; copy >= 0; copy--) {
                System.arraycopy(values, pixel * channels, values, (pixel * zoom + copy) * channels, channels);
            }
        }
    }

    /** {@code current += addend}, which has the current map's size. */
    void add(Floats addend) {
        FloatBuffer sum = current().buffer();
        FloatBuffer source = addend.buffer();
        int rowSize = width * channels;
        workers.run(height, (worker, y) -> {
            float[] a = worker.array(0, BLOCK);
            float[] b = worker.array(1, BLOCK);
            for (int i = 0; i < rowSize; i += BLOCK) {
                int count = Math.min(BLOCK, rowSize - i);
                int from = y * rowSize + i;
                sum.get(from, a, 0, count);
                source.get(from, b, 0, count);
                for (int k = 0; k < count; k++) {
                    a[k] += b[k];
                }
                sum.put(from, a, 0, count);
            }
        });
    }

    @Override
    public void close() {
        current.close();
        next.close();
        padded.close();
    }
}
