package org.nextscale.backend.onnx.internal;

import java.util.Optional;
import org.nextscale.api.backend.MemoryNeed;
import org.nextscale.api.backend.ProbeRequest;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.backend.onnx.internal.runtime.DirectMemory;
import org.nextscale.backend.onnx.internal.transformer.Precision;
import org.nextscale.backend.support.ModelSize;

/**
 * What a model with one guided image takes, on the low side, and whether it is there. Of a GPU's own memory nothing is known
 * before its libraries are loaded.
 */
record Memory(ProbeRequest request, Precision precision, boolean onGpu) {
    private static final String DIRECT = "direct memory";
    /** The library itself, and scratch of its products. */
    private static final long LIBRARY_BYTES = 100_000_000;
    /** Bytes of one of AdaLN's int8 weights, 32 of which share a scale in float32. */
    private static final double BYTES_WITH_SCALES = 1.125;
    /** Feature maps that a layer of the decoder has at a time. */
    private static final int MAPS = 3;
    /** The Java VM's limit is not asked for less than this: the answer takes longer than making a small image. */
    private static final long FEW_DIRECT_BYTES = 64_000_000;

    /** What it needs and is not there, or else what comes closest; empty without a model. */
    Optional<MemoryNeed> need() {
        if (request.model().isEmpty()) {
            return Optional.empty();
        }
        ModelSpec model = request.model().get();
        Optional<MemoryNeed> need = request.need(onGpu ? bytesBesideGpu(model) : bytes(model, precision));
        long direct = directBytes(model);
        if (direct <= FEW_DIRECT_BYTES || need.isPresent() && !need.get().fits()) {
            return need;
        }
        MemoryNeed directNeed = MemoryNeed.of(DIRECT, direct, DirectMemory.free());
        return directNeed.fits() ? need : Optional.of(directNeed);
    }

    /** What to do where that does not fit. */
    String advice() {
        if (need().filter(need -> need.kind().equals(DIRECT)).isPresent()) {
            return "give the Java VM more with -XX:MaxDirectMemorySize";
        }
        if (onGpu) {
            return "beside what is on the GPU";
        }
        String less = MemoryNeed.inWords(bytes(request.model().orElseThrow(), Precision.INT8));
        return precision == Precision.INT8
                ? "that is int8 already"
                : Precision.INT8.word() + " needs about " + less + " (precision=" + Precision.INT8.word() + ")";
    }

    private static long bytes(ModelSpec model, Precision precision) {
        ModelSize size = ModelSize.of(model);
        long maps = MAPS * size.largestMap() * Float.BYTES;
        // While a session is made its weights are in memory twice.
        long during = Math.max(maps, Math.max(cache(model, size), staged(model, size)));
        return weights(size, precision) + during + LIBRARY_BYTES;
    }

    /** What stays in the machine's memory when weights and maps are in the GPU's. */
    private static long bytesBesideGpu(ModelSpec model) {
        return directBytes(model) + LIBRARY_BYTES;
    }

    /** Tables, the cache, and weights on their way into a session are direct buffers. */
    private static long directBytes(ModelSpec model) {
        ModelSize size = ModelSize.of(model);
        return size.embeddings() * Float.BYTES + Math.max(cache(model, size), staged(model, size));
    }

    private static long weights(ModelSize size, Precision precision) {
        if (precision == Precision.F32) {
            return size.weights() * Float.BYTES;
        }
        long exact = size.embeddings() + size.head() + size.encoder() + size.quantizer();
        long bytes = size.blocks() + size.decoder();
        return exact * Float.BYTES + bytes + (long) (size.conditions() * BYTES_WITH_SCALES);
    }

    /** Keys and values of an image and of its unconditional half: the last scale's are not kept. */
    private static long cache(ModelSpec model, ModelSize size) {
        int kept = model.pyramid().begin(model.pyramid().scales() - 1);
        return 2 * size.cacheOfToken() * kept * Float.BYTES;
    }

    /** A large model is loaded a block at a time. */
    private static long staged(ModelSpec model, ModelSize size) {
        return size.blocks() / model.transformer().depth() * Float.BYTES;
    }
}
