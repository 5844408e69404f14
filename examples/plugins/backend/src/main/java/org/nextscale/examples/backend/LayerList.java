package org.nextscale.examples.backend;

import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.support.TokenizerLayers;

/** Reads the layers that {@link TokenizerLayers} shows it, and runs them one after the other. */
final class LayerList implements TokenizerLayers.Visitor {
    private static final int KERNEL = 3;

    private final WeightSource weights;
    private final List<Layer> layers = new ArrayList<>();

    LayerList(WeightSource weights) {
        this.weights = weights;
    }

    Planes run(Planes x) {
        Planes y = x;
        for (Layer layer : layers) {
            y = layer.apply(y);
        }
        return y;
    }

    private Convolution read(String name, int in, int out) {
        return Convolution.read(weights, name, in, out, KERNEL);
    }

    @Override
    public void convolution(String name, int in, int out) {
        layers.add(read(name, in, out));
    }

    @Override
    public void residualBlock(String name, int in, int out) {
        Layer norm1 = GroupNorm.read(weights, name + ".norm1", in).silu();
        Layer conv1 = read(name + ".conv1", in, out);
        Layer norm2 = GroupNorm.read(weights, name + ".norm2", out).silu();
        Layer conv2 = read(name + ".conv2", out, out);
        Layer shortcut = in == out ? x -> x : Convolution.read(weights, name + ".nin_shortcut", in, out, 1);
        layers.add(x -> conv2.apply(norm2.apply(conv1.apply(norm1.apply(x)))).plus(shortcut.apply(x)));
    }

    @Override
    public void attention(String name, int channels) {
        layers.add(CellAttention.read(weights, name, channels));
    }

    /** Stride 2 with zeros below and to the right is every other cell of stride 1 with zeros all around. */
    @Override
    public void downsample(String name, int channels) {
        Layer convolution = read(name, channels, channels);
        layers.add(x -> convolution.apply(x).halved());
    }

    @Override
    public void upsample(String name, int channels) {
        Layer convolution = read(name, channels, channels);
        layers.add(x -> convolution.apply(x.doubled()));
    }

    @Override
    public void output(String norm, String convolution, int in, int out) {
        layers.add(GroupNorm.read(weights, norm, in).silu());
        layers.add(read(convolution, in, out));
    }
}
