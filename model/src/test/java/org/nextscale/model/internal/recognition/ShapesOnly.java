package org.nextscale.model.internal.recognition;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.support.TensorShape;

/** Names and shapes of a checkpoint without any values: all zeros, but for {@code lvl_1L} if it is given. */
public final class ShapesOnly implements WeightSource {
    private final String name;
    private final Map<String, WeightInfo> weights = new LinkedHashMap<>();
    private float[] levels;

    ShapesOnly(String name) {
        this.name = name;
    }

    public static ShapesOnly of(String name, List<TensorShape> tensors) {
        ShapesOnly shapes = new ShapesOnly(name);
        tensors.forEach(each -> shapes.put(each.name(), DataType.F32, each.shape()));
        return shapes;
    }

    public ShapesOnly put(String tensor, DataType type, List<Long> shape) {
        weights.put(tensor, new WeightInfo(tensor, type, shape));
        return this;
    }

    public ShapesOnly remove(String tensor) {
        weights.remove(tensor);
        return this;
    }

    ShapesOnly levels(float... values) {
        levels = values;
        return put("lvl_1L", DataType.I64, List.of(1L, (long) values.length));
    }

    @Override
    public String description() {
        return name;
    }

    @Override
    public Collection<WeightInfo> weights() {
        return weights.values();
    }

    @Override
    public boolean contains(String tensor) {
        return weights.containsKey(tensor);
    }

    @Override
    public WeightInfo weight(String tensor) {
        if (!contains(tensor)) {
            throw new InvalidInputException(name + ": has no tensor " + tensor);
        }
        return weights.get(tensor);
    }

    @Override
    public void read(String tensor, long firstElement, FloatBuffer target) {
        if (tensor.equals("lvl_1L") && levels != null) {
            target.put(levels, (int) firstElement, target.remaining());
        }
        target.position(target.limit());
    }

    @Override
    public ByteBuffer map(String tensor, long firstByte, int length) {
        throw new UnsupportedOperationException();
    }
}
