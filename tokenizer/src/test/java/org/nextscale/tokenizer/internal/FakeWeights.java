package org.nextscale.tokenizer.internal;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.model.WeightSource;

/** Weights from arrays; a shape is whatever is asked for as long as the number of elements fits. */
record FakeWeights(Map<String, float[]> arrays) implements WeightSource {

    @Override
    public String description() {
        return "fake weights";
    }

    @Override
    public Collection<WeightInfo> weights() {
        return arrays.keySet().stream().map(this::weight).toList();
    }

    @Override
    public boolean contains(String name) {
        return arrays.containsKey(name);
    }

    @Override
    public WeightInfo weight(String name) {
        if (!contains(name)) {
            throw new InvalidInputException("fake weights: no tensor " + name);
        }
        return new WeightInfo(name, DataType.F32, List.of((long) arrays.get(name).length));
    }

    @Override
    public void require(String name, long... shape) {
        long elements = 1;
        for (long size : shape) {
            elements *= size;
        }
        if (weight(name).elements() != elements) {
            throw new InvalidInputException("fake weights: " + name + " has another size");
        }
    }

    @Override
    public void read(String name, long firstElement, FloatBuffer target) {
        target.put(arrays.get(name), (int) firstElement, target.remaining());
    }

    @Override
    public ByteBuffer map(String name, long firstByte, int length) {
        throw new InvalidInputException("fake weights are not mapped");
    }
}
