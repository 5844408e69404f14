package org.nextscale.examples.backend;

import java.util.stream.IntStream;
import org.nextscale.api.model.WeightSource;

/** Attention of all cells of a small map to each other, the reference's {@code AttnBlock}: one head as wide as the map. */
record CellAttention(GroupNorm norm, Convolution queriesKeysValues, Convolution projection) implements Layer {
    static CellAttention read(WeightSource source, String name, int channels) {
        return new CellAttention(
                GroupNorm.read(source, name + ".norm", channels),
                Convolution.read(source, name + ".qkv", channels, 3 * channels, 1),
                Convolution.read(source, name + ".proj_out", channels, channels, 1));
    }

    @Override
    public Planes apply(Planes x) {
        int channels = x.channels();
        Planes all = queriesKeysValues.apply(norm.apply(x));
        Planes queries = all.part(0, channels);
        Planes keys = all.part(channels, channels);
        Planes values = all.part(2 * channels, channels);
        Planes attended = Planes.empty(channels, x.height(), x.width());
        IntStream.range(0, x.cells()).parallel().forEach(cell -> attend(queries, keys, values, attended, cell));
        return x.plus(projection.apply(attended));
    }

    private static void attend(Planes queries, Planes keys, Planes values, Planes attended, int cell) {
        int cells = queries.cells();
        float scale = (float) (1 / Math.sqrt(queries.channels()));
        float[] weights = new float[cells];
        for (int c = 0; c < queries.channels(); c++) {
            float query = queries.values()[c * cells + cell] * scale;
            Arithmetic.addScaled(weights, 0, query, keys.values(), c * cells, cells);
        }
        Arithmetic.softmax(weights);
        for (int c = 0; c < queries.channels(); c++) {
            attended.values()[c * cells + cell] = Arithmetic.dot(values.values(), c * cells, weights, 0, cells);
        }
    }
}
