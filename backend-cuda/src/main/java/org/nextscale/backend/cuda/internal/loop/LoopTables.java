package org.nextscale.backend.cuda.internal.loop;

import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.tokenizer.QuantizerTables;
import org.nextscale.backend.cuda.internal.driver.Context;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.DeviceMemory;
import org.nextscale.backend.cuda.internal.driver.MemoryPlan;
import org.nextscale.backend.cuda.internal.driver.Staging;

/** What the kernels look up, on a GPU, the same for all batches: codes, Phi convolutions, bicubic factors. */
final class LoopTables implements AutoCloseable {
    private static final int KERNEL = 9;

    private final int vocabulary;
    private final int z;
    private final ScalePyramid pyramid;
    private final DeviceMemory memory;
    private final DeviceBuffer codes;
    private final List<ScaleTables> scales = new ArrayList<>();

    /**
     * Of one scale.
     *
     * @param cells of {@link Enlarging}
     * @param factors of {@link Enlarging}
     * @param weights of Phi, {@code [z in, 9, z out]}
     * @param biases of Phi, {@code [z]}
     */
    record ScaleTables(DeviceBuffer cells, DeviceBuffer factors, DeviceBuffer weights, DeviceBuffer biases) {}

    private record Regions(
            MemoryPlan.Region cells, MemoryPlan.Region factors, MemoryPlan.Region weights, MemoryPlan.Region biases) {}

    /** @param z channels of f̂ */
    LoopTables(Context context, Staging staging, QuantizerTables quantizer, ScalePyramid pyramid, int z) {
        this.z = z;
        this.pyramid = pyramid;
        vocabulary = quantizer.codes().length / z;
        int side = pyramid.finestSide();
        MemoryPlan plan = new MemoryPlan();
        MemoryPlan.Region codebook = plan.add("codes", (long) quantizer.codes().length * Float.BYTES);
        List<Regions> regions = new ArrayList<>();
        for (int k = 0; k < pyramid.scales(); k++) {
            QuantizerTables.Convolution phi = phi(quantizer, k);
            regions.add(new Regions(
                    plan.add("cells", (long) Enlarging.TAPS * side * Integer.BYTES),
                    plan.add("factors", (long) Enlarging.TAPS * side * Float.BYTES),
                    plan.add("Phi", (long) phi.weights().length * Float.BYTES),
                    plan.add("Phi's biases", (long) z * Float.BYTES)));
        }
        memory = context.allocate(plan.bytes());
        try {
            codes = memory.buffer(codebook);
            staging.upload(quantizer.codes(), codes);
            for (int k = 0; k < pyramid.scales(); k++) {
                scales.add(upload(regions.get(k), phi(quantizer, k), Enlarging.of(pyramid.side(k), side), staging));
            }
        } catch (RuntimeException e) {
            memory.close();
            throw e;
        }
    }

    private QuantizerTables.Convolution phi(QuantizerTables quantizer, int scale) {
        return quantizer.phi().get(pyramid.scale(scale).phi(quantizer.phi().size()));
    }

    private ScaleTables upload(Regions regions, QuantizerTables.Convolution phi, Enlarging enlarging, Staging staging) {
        ScaleTables tables = new ScaleTables(
                memory.buffer(regions.cells()),
                memory.buffer(regions.factors()),
                memory.buffer(regions.weights()),
                memory.buffer(regions.biases()));
        staging.upload(enlarging.cellBytes(), tables.cells());
        staging.upload(enlarging.factors(), tables.factors());
        staging.upload(outputLast(phi.weights()), tables.weights());
        staging.upload(phi.biases(), tables.biases());
        return tables;
    }

    /** {@code [z out, z in, 9]} to {@code [z in, 9, z out]}: threads are output channels. */
    private float[] outputLast(float[] weights) {
        float[] turned = new float[weights.length];
        int row = z * KERNEL;
        for (int out = 0; out < z; out++) {
            for (int i = 0; i < row; i++) {
                turned[i * z + out] = weights[out * row + i];
            }
        }
        return turned;
    }

    int vocabulary() {
        return vocabulary;
    }

    int z() {
        return z;
    }

    ScalePyramid pyramid() {
        return pyramid;
    }

    /** {@code [vocabulary, z]}. */
    DeviceBuffer codes() {
        return codes;
    }

    ScaleTables scale(int index) {
        return scales.get(index);
    }

    @Override
    public void close() {
        memory.close();
    }
}
