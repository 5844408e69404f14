package org.nextscale.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nextscale.api.engine.ImageGenerator;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.generation.GeneratedImage;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.model.Condition;
import org.nextscale.api.sampling.TokenSamplerProvider;

/** What every {@link TokenSamplerProvider} must do. */
public abstract class SamplerSuite extends PluginSuite<TokenSamplerProvider> {
    protected SamplerSuite() {
        super(PluginKind.SAMPLER);
    }

    @TestFactory
    final Stream<DynamicTest> itKeepsItsPromises() {
        return PromiseTests.of(engine(), PluginKind.SAMPLER, choice(), Optional.empty());
    }

    @Test
    final void anImageIsTheSameAloneAndInABatch() {
        try (ImageGenerator generator = StandInBackend.open(engine(), ReferenceVectors.folder())) {
            GenerationRequest request = GenerationRequest.of(
                            List.of(Condition.ofClass(1), Condition.NONE, Condition.ofClass(3)))
                    .withSeed(5)
                    .withSampler(choice());
            List<GeneratedImage> together = generator.generate(request.withBatch(3));
            List<GeneratedImage> alone = generator.generate(request.withBatch(1));
            assertEquals(together.size(), alone.size());
            for (int i = 0; i < alone.size(); i++) {
                assertArrayEquals(
                        together.get(i).pixels().rgb(), alone.get(i).pixels().rgb(), "image " + i);
            }
        }
    }
}
