package org.nextscale.testkit.fake;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.model.WeightSource;

/** Tensors in memory, float32. For one thread while it is filled, thread-safe afterwards. */
public final class FakeWeights implements WeightSource {
    private final Map<String, WeightInfo> infos = new LinkedHashMap<>();
    private final Map<String, float[]> values = new LinkedHashMap<>();
    private final Random noise = new Random(5);

    /**
     * With a tensor more.
     *
     * @param elements row-major; shared, not copied
     */
    public FakeWeights with(String name, float[] elements, long... shape) {
        WeightInfo info =
                new WeightInfo(name, DataType.F32, LongStream.of(shape).boxed().toList());
        if (info.elements() != elements.length) {
            throw new IllegalArgumentException(elements.length + " values are not " + info.shape());
        }
        infos.put(name, info);
        values.put(name, elements);
        return this;
    }

    /**
     * Adds a tensor of normally distributed values, the same in every test.
     *
     * @return the values; shared, not copied
     */
    public float[] random(String name, long... shape) {
        float[] elements = new float[(int) LongStream.of(shape).reduce(1, (one, other) -> one * other)];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = (float) noise.nextGaussian();
        }
        with(name, elements, shape);
        return elements;
    }

    @Override
    public String description() {
        return "weights for a test";
    }

    @Override
    public Collection<WeightInfo> weights() {
        return infos.values();
    }

    @Override
    public boolean contains(String name) {
        return infos.containsKey(name);
    }

    @Override
    public WeightInfo weight(String name) {
        WeightInfo info = infos.get(name);
        if (info == null) {
            throw new InvalidInputException(description() + " has no tensor " + name);
        }
        return info;
    }

    @Override
    public void read(String name, long firstElement, FloatBuffer target) {
        weight(name);
        target.put(values.get(name), (int) firstElement, target.remaining());
    }

    @Override
    public ByteBuffer map(String name, long firstByte, int length) {
        weight(name);
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(values.get(name).length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values.get(name));
        return bytes.position((int) firstByte)
                .limit((int) firstByte + length)
                .slice()
                .asReadOnlyBuffer()
                .order(ByteOrder.LITTLE_ENDIAN);
    }
}
