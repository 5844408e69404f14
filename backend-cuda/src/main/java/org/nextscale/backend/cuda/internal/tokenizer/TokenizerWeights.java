package org.nextscale.backend.cuda.internal.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.cuda.internal.driver.Context;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.DeviceMemory;
import org.nextscale.backend.cuda.internal.driver.MemoryPlan;
import org.nextscale.backend.cuda.internal.driver.Staging;
import org.nextscale.backend.cuda.internal.gpu.Precision;

/**
 * The networks' weights on a GPU, in one allocation. At first tensors are only asked for, so that one that is missing is found
 * before anything is allocated; then all are loaded. Not thread-safe until then.
 *
 * <p>Convolutions are stored {@code [out, in, side, side]} in files and held {@code [out, side, side, in]}, in the products'
 * type, both numbers of channels padded to multiples of 8 by zeros; vectors in float32.
 */
final class TokenizerWeights implements AutoCloseable {
    /** Bytes that are turned at a time, about. */
    private static final int TURN = 1 << 20;

    private final WeightSource source;
    private final Precision precision;
    private final MemoryPlan plan = new MemoryPlan();
    private final List<Consumer<Staging>> uploads = new ArrayList<>();
    private DeviceMemory memory;

    TokenizerWeights(WeightSource source, Precision precision) {
        this.source = source;
        this.precision = precision;
    }

    /** All elements of a vector. */
    MemoryPlan.Region vector(String name, int length) {
        return vector(name, 0, length, length);
    }

    /** Elements {@code first} to {@code first + count − 1} of a vector, zeros behind them. */
    MemoryPlan.Region vector(String name, int first, int count, int stored) {
        source.require(name, stored);
        MemoryPlan.Region region = plan.add(name, (long) MapShape.padded(count) * Float.BYTES);
        uploads.add(staging -> {
            float[] values = source.read(name, stored);
            float[] padded = Arrays.copyOf(Arrays.copyOfRange(values, first, first + count), MapShape.padded(count));
            staging.upload(padded, at(region));
        });
        return region;
    }

    /** Outputs {@code first} to {@code first + count − 1} of a convolution's weight. */
    MemoryPlan.Region kernel(String name, int first, int count, int stored, int inputs, int side) {
        source.require(name, stored, inputs, side, side);
        int filter = side * side * MapShape.padded(inputs);
        long bytes = (long) MapShape.padded(count) * filter * precision.bytes();
        MemoryPlan.Region region = plan.add(name, bytes);
        uploads.add(staging -> {
            int outputsOfTurn = Math.max(1, TURN / (filter * precision.bytes()));
            for (int done = 0; done < MapShape.padded(count); done += outputsOfTurn) {
                int turned = Math.min(outputsOfTurn, MapShape.padded(count) - done);
                int there = Math.max(0, Math.min(turned, count - done));
                float[] values = new float[there * inputs * side * side];
                source.read(name, (long) (first + done) * inputs * side * side, FloatBuffer.wrap(values));
                long offset = (long) done * filter * precision.bytes();
                staging.upload(
                        turn(values, turned, there, inputs, side * side),
                        at(region).slice(offset, (long) turned * filter * precision.bytes()));
            }
        });
        return region;
    }

    /** {@code [out, in, taps]} to {@code [turned, taps, padded in]}. */
    private ByteBuffer turn(float[] values, int turned, int there, int inputs, int taps) {
        int padded = MapShape.padded(inputs);
        ByteBuffer result =
                ByteBuffer.allocate(turned * taps * padded * precision.bytes()).order(ByteOrder.nativeOrder());
        for (int out = 0; out < there; out++) {
            for (int tap = 0; tap < taps; tap++) {
                for (int in = 0; in < inputs; in++) {
                    float value = values[(out * inputs + in) * taps + tap];
                    int at = (out * taps + tap) * padded + in;
                    precision.put(value, result, at);
                }
            }
        }
        return result;
    }

    /** Allocates the memory and fills it. */
    void load(Context context, Staging staging) {
        memory = context.allocate(plan.bytes());
        uploads.forEach(upload -> upload.accept(staging));
        uploads.clear();
    }

    /** Where a tensor lies, once it is loaded. */
    DeviceBuffer at(MemoryPlan.Region region) {
        return memory.buffer(region);
    }

    @Override
    public void close() {
        if (memory != null) {
            memory.close();
        }
    }
}
