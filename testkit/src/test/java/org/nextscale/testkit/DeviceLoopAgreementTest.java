package org.nextscale.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nextscale.api.backend.DeviceBatch;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.ImageGenerator;
import org.nextscale.api.engine.Nextscale;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.sampling.ExactAlgorithm;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.QuantizerTables;
import org.nextscale.testkit.fake.FakeTransformer;
import org.nextscale.testkit.fake.PlainDeviceLoop;

/** The check that backends' own loops must pass. */
class DeviceLoopAgreementTest {
    private static final Set<String> ALL = Set.of("multinomial/1", "multinomial/2", "smooth/1", "smooth/2", "greedy/1");

    /** Four and four settings of two samplers and one of the third; one fewer of guidance that knows no strength. */
    private static final int WAYS = (4 + 4 + 1) * (4 + 4 + 1);

    @Test
    void itHoldsForAPlainLoopAndNoticesTheDrawsOfAnotherImage() {
        try (Engine engine = Nextscale.engine();
                ImageGenerator generator = StandInBackend.open(engine, ReferenceVectors.folder())) {
            QuantizerTables tables = generator.tokenizer().quantizerTables().orElseThrow();
            ScaleTransformer transformer =
                    new FakeTransformer(generator.model().spec().transformer());
            PlainDeviceLoop right = new PlainDeviceLoop(transformer, tables, ALL);
            List<String> checked = new DeviceLoopAgreement(engine, transformer, tables, right).check();
            assertEquals(WAYS, checked.size(), checked::toString);

            DeviceLoop wrong = new DeviceLoop() {
                @Override
                public boolean supports(ExactAlgorithm sampler, ExactAlgorithm guidance) {
                    return right.supports(sampler, guidance);
                }

                @Override
                public FeatureMap run(DeviceBatch batch, Listener listener, Cancellation cancellation) {
                    DeviceBatch other = DeviceBatch.of(
                            batch.conditions(),
                            batch.seed(),
                            batch.firstImage() + 1,
                            batch.sampler(),
                            batch.guidance());
                    return right.run(other, listener, cancellation);
                }

                @Override
                public void close() {}
            };
            AssertionError noticed = assertThrows(
                    AssertionError.class, () -> new DeviceLoopAgreement(engine, transformer, tables, wrong).check());
            assertTrue(noticed.getMessage().contains("f̂ after scale 0"), noticed.getMessage());
        }
    }
}
