package org.nextscale.backend.nd4j.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.backend.TransformerSession;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.model.ModelPackage;
import org.nextscale.testkit.ReferenceVectors;

/** Networks are shared by threads: what one of them gets is what it would get alone, to the bit. */
class ConcurrencyTest {
    private static final Path MODEL = ReferenceVectors.folder("base");

    @Test
    void threadsTakeTurnsWithoutMixing() throws InterruptedException, ExecutionException {
        Nd4jBackendProvider provider = new Nd4jBackendProvider();
        ExecutorService callers = Executors.newFixedThreadPool(4);
        try (ModelPackage model = ModelPackage.open(MODEL);
                Backend backend = provider.open(ParameterValues.of("backend nd4j", provider.parameters(), Map.of()));
                ScaleTransformer transformer =
                        backend.transformer(model.spec().transformer(), model.transformerWeights());
                TokenizerNetwork network =
                        backend.tokenizerNetwork(model.spec().tokenizer(), model.tokenizerWeights())) {
            ModelSpec spec = model.spec();
            List<float[]> alone = new ArrayList<>();
            for (int label = 0; label < 4; label++) {
                alone.add(run(transformer, network, spec, label));
            }
            List<Future<float[]>> together = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                int label = i % 4;
                together.add(callers.submit(() -> run(transformer, network, spec, label)));
            }
            for (int i = 0; i < together.size(); i++) {
                assertArrayEquals(alone.get(i % 4), together.get(i).get());
            }
        } finally {
            callers.shutdown();
        }
    }

    /** Logits of the last scale, and an image. */
    private static float[] run(ScaleTransformer transformer, TokenizerNetwork network, ModelSpec spec, int label) {
        int z = spec.tokenizer().latentChannels();
        int side = spec.pyramid().finestSide();
        float[] pixels = network.decode(new FeatureMap(1, z, side, side, input(z * side * side, label)))
                .values();
        float[] result = new float[spec.transformer().vocabularySize() + pixels.length];
        try (TransformerSession session = transformer.begin(Conditions.ofClasses(label), true)) {
            for (int scale = 0; scale < spec.pyramid().scales(); scale++) {
                int size = scale == 0 ? 0 : spec.pyramid().tokens(scale) * z;
                Logits logits = session.next(input(size, label), true).conditional();
                logits.copyRow(0, logits.tokens() - 1, result);
            }
        }
        System.arraycopy(pixels, 0, result, spec.transformer().vocabularySize(), pixels.length);
        return result;
    }

    private static float[] input(int size, int label) {
        float[] input = new float[size];
        for (int i = 0; i < size; i++) {
            input[i] = (float) Math.sin(i * 0.37 + label);
        }
        return input;
    }
}
