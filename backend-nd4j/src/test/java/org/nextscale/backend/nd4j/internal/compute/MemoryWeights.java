package org.nextscale.backend.nd4j.internal.compute;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.model.WeightSource;

/** Weights in arrays, for tests. */
public final class MemoryWeights implements WeightSource {
    private final Map<String, WeightInfo> infos = new LinkedHashMap<>();
    private final Map<String, float[]> values = new LinkedHashMap<>();
    private final Random random = new Random(5);

    /** Adds a tensor of normally distributed values and returns them. */
    public float[] add(String name, long... shape) {
        WeightInfo info =
                new WeightInfo(name, DataType.F32, LongStream.of(shape).boxed().toList());
        float[] tensor = new float[(int) info.elements()];
        for (int i = 0; i < tensor.length; i++) {
            tensor[i] = (float) random.nextGaussian();
        }
        infos.put(name, info);
        values.put(name, tensor);
        return tensor;
    }

    @Override
    public String description() {
        return "memory";
    }

    @Override
    public Collection<WeightInfo> weights() {
        return List.copyOf(infos.values());
    }

    @Override
    public boolean contains(String name) {
        return infos.containsKey(name);
    }

    @Override
    public WeightInfo weight(String name) {
        if (!contains(name)) {
            throw new InvalidInputException("memory: no tensor " + name);
        }
        return infos.get(name);
    }

    @Override
    public void read(String name, long firstElement, FloatBuffer target) {
        target.put(values.get(name), (int) firstElement, target.remaining());
    }

    @Override
    public ByteBuffer map(String name, long firstByte, int length) {
        throw new UnsupportedOperationException();
    }
}
