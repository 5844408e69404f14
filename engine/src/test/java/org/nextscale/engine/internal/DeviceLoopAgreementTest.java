package org.nextscale.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.DeviceBatch;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.backend.DeviceLoopObserver;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.api.sampling.Arithmetic;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.api.tokenizer.VisualTokenizerFactory;
import org.nextscale.engine.model.ModelPackage;
import org.nextscale.engine.verify.DeviceLoopAgreement;

/** The check that backends' own loops must pass. */
class DeviceLoopAgreementTest {
    private static final Path MODEL = Path.of(System.getProperty("nextscale.root"), "reference-vectors", "shared-aln");
    private static final Set<String> ALL = Set.of("multinomial/1", "smooth/1", "greedy/1");

    @Test
    void itHoldsForAPlainLoopAndNoticesTheDrawsOfAnotherImage() {
        try (ModelPackage model = ModelPackage.open(MODEL);
                Backend backend =
                        FakeBackend.available("fake", 1).open(ParameterValues.of("fake", List.of(), Map.of()))) {
            ModelSpec spec = model.spec();
            ScaleTransformer transformer = backend.transformer(spec.transformer(), model.transformerWeights());
            VisualTokenizer tokenizer = ServiceLoader.load(VisualTokenizerFactory.class)
                    .findFirst()
                    .orElseThrow()
                    .create(
                            backend.tokenizerNetwork(spec.tokenizer(), model.tokenizerWeights()),
                            model.tokenizerWeights());
            PlainDeviceLoop right =
                    new PlainDeviceLoop(transformer, tokenizer.quantiser().orElseThrow(), ALL);
            List<String> checked = new DeviceLoopAgreement(transformer, tokenizer, right).check();
            assertEquals((3 + 3 + 1) * (3 + 3 + 1), checked.size(), checked::toString);

            DeviceLoop wrong = new DeviceLoop() {
                @Override
                public boolean supports(Arithmetic sampler, Arithmetic guidance) {
                    return right.supports(sampler, guidance);
                }

                @Override
                public FeatureMap run(DeviceBatch batch, DeviceLoopObserver observer) {
                    return right.run(
                            new DeviceBatch(batch.labels(), 0, batch.seed(), batch.sampler(), batch.guidance()),
                            observer);
                }

                @Override
                public void close() {}
            };
            AssertionError noticed = assertThrows(
                    AssertionError.class, () -> new DeviceLoopAgreement(transformer, tokenizer, wrong).check());
            assertTrue(noticed.getMessage().contains("f̂ after scale 0"), noticed.getMessage());
        }
    }
}
