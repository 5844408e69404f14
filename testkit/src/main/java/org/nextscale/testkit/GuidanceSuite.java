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
import org.nextscale.api.sampling.GuidanceProvider;

/** What every {@link GuidanceProvider} must do. */
public abstract class GuidanceSuite extends PluginSuite<GuidanceProvider> {
    protected GuidanceSuite() {
        super(PluginKind.GUIDANCE);
    }

    @TestFactory
    final Stream<DynamicTest> itKeepsItsPromises() {
        return PromiseTests.of(engine(), PluginKind.GUIDANCE, choice(), Optional.empty());
    }

    @Test
    final void imagesAreMadeWithItAndSayHow() {
        try (ImageGenerator generator = StandInBackend.open(engine(), ReferenceVectors.folder())) {
            GenerationRequest request = GenerationRequest.of(1, 2).withGuidance(choice());
            List<GeneratedImage> images = generator.generate(request);
            List<GeneratedImage> again = generator.generate(request);
            for (int i = 0; i < images.size(); i++) {
                assertArrayEquals(
                        images.get(i).pixels().rgb(), again.get(i).pixels().rgb(), "image " + i);
                assertEquals(
                        choice().id(),
                        images.get(i).provenance().guidance().orElseThrow().id());
            }
        }
    }
}
