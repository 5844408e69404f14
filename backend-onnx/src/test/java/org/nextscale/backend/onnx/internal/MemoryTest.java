package org.nextscale.backend.onnx.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.backend.TransformerSession;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.model.ModelPackage;

/** Native memory comes back: Linux tells how much of the process is resident. */
@EnabledOnOs(OS.LINUX)
class MemoryTest {
    private static final long ALLOWED_MB = 32;

    @Test
    void sessionsAndPicturesLeaveNothingBehind() throws IOException {
        try (ModelPackage model = BoxedModel.open();
                Backend backend = BoxedModel.backend("f32");
                ScaleTransformer transformer = transformer(backend, model);
                TokenizerNetwork network = network(backend, model)) {
            ModelSpec spec = model.spec();
            for (int i = 0; i < 40; i++) {
                generate(spec, transformer, network);
            }
            long before = resident();
            for (int i = 0; i < 120; i++) {
                generate(spec, transformer, network);
            }
            requireNoGrowth(before);
        }
    }

    @Test
    void openingAndClosingLeavesNothingBehind() throws IOException {
        long before = 0;
        for (int i = 0; i < 60; i++) {
            if (i == 24) {
                before = resident();
            }
            try (ModelPackage model = BoxedModel.open();
                    Backend backend = BoxedModel.backend(i % 2 == 0 ? "f32" : "int8");
                    ScaleTransformer transformer = transformer(backend, model);
                    TokenizerNetwork network = network(backend, model)) {
                generate(model.spec(), transformer, network);
            }
        }
        requireNoGrowth(before);
    }

    private static ScaleTransformer transformer(Backend backend, ModelPackage model) {
        return backend.transformer(model.spec().transformer(), model.transformerWeights());
    }

    private static TokenizerNetwork network(Backend backend, ModelPackage model) {
        return backend.tokenizerNetwork(model.spec().tokenizer(), model.tokenizerWeights());
    }

    /** An image that stops half way, and its picture. */
    private static void generate(ModelSpec spec, ScaleTransformer transformer, TokenizerNetwork network) {
        int z = spec.transformer().latentChannels();
        try (TransformerSession session = transformer.begin(Conditions.ofClasses(1, 2), true)) {
            for (int scale = 0; scale < 4; scale++) {
                session.next(new float[scale == 0 ? 0 : 2 * spec.pyramid().tokens(scale) * z], scale < 2);
            }
        }
        int side = spec.pyramid().finestSide();
        Pixels pixels = network.decode(new FeatureMap(1, z, side, side, new float[z * side * side]));
        network.encode(pixels);
    }

    private static void requireNoGrowth(long before) throws IOException {
        long after = resident();
        assertTrue(after - before < ALLOWED_MB, () -> "resident memory grew from " + before + " to " + after + " MB");
    }

    private static long resident() throws IOException {
        System.gc();
        String status = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(status.replaceAll("\\D", "")) / 1024;
    }
}
