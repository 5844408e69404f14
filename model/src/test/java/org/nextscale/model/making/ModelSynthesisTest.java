package org.nextscale.model.making;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.checkpoint.internal.AllocationMeter;
import org.nextscale.model.ModelPackage;
import org.nextscale.model.description.ModelOrigin;
import org.nextscale.model.description.PublishedModel;

class ModelSynthesisTest {
    private static final ModelSpec SMALL = ModelSpec.of(
            TokenizerSpec.builder()
                    .channels(32)
                    .channelMultipliers(List.of(1, 2))
                    .residualBlocks(1)
                    .latentChannels(8)
                    .vocabularySize(64)
                    .phiCount(4)
                    .build(),
            TransformerSpec.builder(2)
                    .width(128)
                    .heads(2)
                    .classes(10)
                    .latentChannels(8)
                    .vocabularySize(64)
                    .pyramid(ScalePyramid.of(1, 2, 3))
                    .build());

    @TempDir
    Path folder;

    private Path small(String name, long seed) {
        Path target = folder.resolve(name);
        new ModelSynthesis(PublishedModel.VAR_D16, DataType.F32, target, seed, Optional.of(name), false, "test")
                .run(SMALL, ProgressListener.NONE, Cancellation.NEVER);
        return target;
    }

    @Test
    void weightsBeginAsInTraining() {
        try (ModelPackage model = ModelPackage.open(small("small", 7))) {
            double deviation = Math.sqrt(1.0 / 3 / 128);
            assertMoments(model, "blocks.1.attn.mat_qkv.weight", deviation);
            assertMoments(model, "blocks.1.attn.proj.weight", deviation / 2);
            assertMoments(model, "head.weight", deviation * 0.02);
            assertMoments(model, "blocks.0.attn.q_bias", 0);
            float[] ada = model.transformerWeights().read("blocks.0.ada_lin.1.weight", 768, 128);
            assertEquals(deviation * 1e-3, deviation(ada, 0, 256 * 128), deviation * 1e-4);
            assertEquals(deviation * 0.5, deviation(ada, 256 * 128, 768 * 128), deviation * 0.02);
            assertEquals(
                    Math.log(4), model.transformerWeights().read("blocks.0.attn.scale_mul_1H11", 1, 2, 1, 1)[1], 1e-6);
            float[] codes = model.tokenizerWeights().read("quantize.embedding.weight", 64, 8);
            assertEquals(0.5, deviation(codes, 0, codes.length), 0.08);
            ModelOrigin origin = model.manifest().orElseThrow().origin();
            assertEquals("synthesize", origin.operation());
            assertEquals(OptionalLong.of(7), origin.seed());
        }
    }

    private static void assertMoments(ModelPackage model, String name, double deviation) {
        int elements = (int) model.transformerWeights().weight(name).elements();
        float[] values = new float[elements];
        model.transformerWeights().read(name, 0, FloatBuffer.wrap(values));
        assertEquals(deviation, deviation(values, 0, elements), deviation * 0.03, name);
    }

    private static double deviation(float[] values, int from, int to) {
        double squares = 0;
        for (int i = from; i < to; i++) {
            squares += values[i] * values[i];
        }
        return Math.sqrt(squares / (to - from));
    }

    @Test
    void theSeedDecides() throws IOException {
        Path one = small("one", 1).resolve("transformer.safetensors");
        assertEquals(-1, Files.mismatch(one, small("same", 1).resolve("transformer.safetensors")));
        assertTrue(Files.mismatch(one, small("other", 2).resolve("transformer.safetensors")) >= 0);
    }

    @Test
    void unknownArchitecturesListTheKnown() {
        assertEquals(PublishedModel.VAR_D30, PublishedModel.named("var_d30"));
        assertEquals(PublishedModel.VAR_D30, PublishedModel.named("D30"));
        String message = assertThrows(InvalidInputException.class, () -> PublishedModel.named("var_d17"))
                .getMessage();
        assertTrue(message.contains("known are var_d16, var_d20, var_d24, var_d30, var_d36"), message);
    }

    /** The real size: a billion bytes of disk and some seconds. */
    @Test
    @Tag("soak")
    void aFullSizeModelTakesNoMemory() {
        Path target = folder.resolve("d16");
        AllocationMeter meter = AllocationMeter.start();
        new ModelSynthesis(PublishedModel.VAR_D16, DataType.BF16, target, 1, Optional.empty(), false, "test")
                .run(ProgressListener.NONE, Cancellation.NEVER);
        assertTrue(meter.bytes() < 32 << 20, meter.bytes() + " bytes allocated");
        try (ModelPackage model = ModelPackage.open(target)) {
            assertEquals("var_d16-random", model.name());
            assertEquals(PublishedModel.VAR_D16.spec(), model.spec());
            assertEquals(207, model.classNames().resolve("golden retriever"));
        }
    }
}
