package org.nextscale.backend.cuda.internal.transformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nextscale.api.BackendException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.TransformerSession;
import org.nextscale.api.model.Condition;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.cuda.internal.driver.EmulatedGpu;
import org.nextscale.backend.cuda.internal.gpu.Gpu;
import org.nextscale.backend.cuda.internal.gpu.Precision;
import org.nextscale.backend.cuda.internal.tokenizer.Elements;
import org.nextscale.model.ModelPackage;
import org.nextscale.testkit.ReferenceVectors;

/** What less precision costs, what memory is taken, and what is refused. */
class CudaScaleTransformerTest {
    /** Heads of 64 channels as in the published models; the last scale has more tokens than one block of attention. */
    private static final TransformerSpec WIDE_HEADS = TransformerSpec.builder(2)
            .width(128)
            .heads(2)
            .classes(10)
            .latentChannels(8)
            .vocabularySize(256)
            .pyramid(ScalePyramid.of(1, 3, 9))
            .build();

    private static final TransformerSpec TINY = TransformerSpec.builder(1)
            .width(64)
            .heads(1)
            .classes(10)
            .sharedAdaLn(true)
            .l2NormAttention(false)
            .latentChannels(8)
            .vocabularySize(96)
            .pyramid(ScalePyramid.of(1, 2))
            .build();

    /**
     * Operands have 8 bits in bf16 and 11 in tf32: products of independent errors are off by some 2⁻⁹ and 2⁻¹² of their norm, and
     * each of the products between the class and the logits adds its share: 0.3 % and 0.04 % were found, a third of what is allowed.
     */
    @ParameterizedTest
    @CsvSource({"BF16, 1e-2", "TF32, 1e-3"})
    void logitsAreCloseInLessPrecision(Precision precision, double most) {
        assertClose(
                "64-wide heads", WIDE_HEADS, new RandomTransformer(WIDE_HEADS), precision, inputs(WIDE_HEADS), most);
        try (ModelPackage model = ModelPackage.open(ReferenceVectors.folder("shared-aln"))) {
            TransformerSpec spec = model.spec().transformer();
            assertClose("shared-aln", spec, model.transformerWeights(), precision, inputs(spec), most);
        }
    }

    /** The model that ships, on random codes: 0.28 % and 0.024 % were found. */
    @ParameterizedTest
    @CsvSource({"BF16, 1e-2", "TF32, 1e-3"})
    void logitsOfATrainedModelAreCloseInLessPrecision(Precision precision, double most) {
        Path models = Path.of(System.getProperty("nextscale.root"), "distribution", "archive", "src", "main", "models");
        try (ModelPackage model = ModelPackage.open(models.resolve("fashion-32"))) {
            TransformerSpec spec = model.spec().transformer();
            int z = spec.latentChannels();
            float[] codes = model.tokenizerWeights().read("quantize.embedding.weight", spec.vocabularySize(), z);
            float[] inputs = inputs(spec);
            Random random = new Random(1);
            for (int i = 0; i < inputs.length; i += z) {
                System.arraycopy(codes, random.nextInt(spec.vocabularySize()) * z, inputs, i, z);
            }
            assertClose("trained", spec, model.transformerWeights(), precision, inputs, most);
        }
    }

    private static float[] inputs(TransformerSpec spec) {
        int fed = spec.pyramid().totalTokens() - spec.pyramid().tokens(0);
        return Elements.normal(new Random(3), 2 * fed * spec.latentChannels(), 0, 1);
    }

    private static void assertClose(
            String what, TransformerSpec spec, WeightSource weights, Precision precision, float[] inputs, double most) {
        float[] wanted = logits(spec, weights, Precision.FLOAT32, inputs);
        double error = Elements.relativeError(wanted, logits(spec, weights, precision, inputs));
        String said = what + " in " + precision + ": relative error of logits " + error;
        assertTrue(error < most, said);
        assertTrue(error > most / 10, "more exact than it can be: " + said);
    }

    private static float[] logits(TransformerSpec spec, WeightSource weights, Precision precision, float[] inputs) {
        try (EmulatedGpu gpu = new EmulatedGpu("seed=4");
                CudaScaleTransformer transformer = transformer(gpu, spec, weights, precision)) {
            return values(transformer.teacherForcing(Conditions.of(Condition.ofClass(1), Condition.NONE), inputs));
        }
    }

    private static float[] values(Logits logits) {
        int rows = logits.batch() * logits.tokens();
        float[] row = new float[logits.vocabulary()];
        float[] all = new float[rows * row.length];
        for (int i = 0; i < rows; i++) {
            logits.copyRow(i / logits.tokens(), i % logits.tokens(), row);
            System.arraycopy(row, 0, all, i * row.length, row.length);
        }
        return all;
    }

    @ParameterizedTest
    @CsvSource({"BF16", "FLOAT32"})
    void takesTheMemoryThatItSays(Precision precision) {
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            long free = gpu.context().freeBytes();
            int multiprocessors = gpu.context().device().multiprocessors();
            try (CudaScaleTransformer transformer = transformer(gpu, TINY, new RandomTransformer(TINY), precision);
                    TransformerSession session = transformer.begin(Conditions.ofClasses(1), true)) {
                session.next(new float[0], true);
                long taken = free - gpu.context().freeBytes();
                assertEquals(CudaScaleTransformer.bytes(TINY, precision, multiprocessors), taken);
            }
            assertEquals(free, gpu.context().freeBytes());
        }
    }

    @Test
    void aBatchThatDoesNotFitIsRefusedAndLeavesNothing() {
        try (EmulatedGpu gpu = new EmulatedGpu("memory=20000000");
                CudaScaleTransformer transformer =
                        transformer(gpu, TINY, new RandomTransformer(TINY), Precision.BF16)) {
            long free = gpu.context().freeBytes();
            String message = assertThrows(BackendException.class, () -> transformer.begin(images(4000), true))
                    .getMessage();
            assertTrue(message.startsWith("emulated GPU 0 has no "), message);
            assertEquals(free, gpu.context().freeBytes());
            assertThrows(InvalidInputException.class, () -> transformer.begin(images(40_000), true));
            transformer.begin(images(4), true).close();
        }
    }

    private static Conditions images(int count) {
        return Conditions.of(Collections.nCopies(count, Condition.NONE));
    }

    /** The bits are the same on every GPU. */
    @Test
    void sessionsGoToTheGpusInTurn() {
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            Gpu one = new Gpu(gpu.context(), gpu.kernels());
            try (CudaScaleTransformer transformer = new CudaScaleTransformer(
                            TINY, new RandomTransformer(TINY), List.of(one, one), Precision.BF16);
                    TransformerSession first = transformer.begin(Conditions.ofClasses(2, 3), false);
                    TransformerSession second = transformer.begin(Conditions.ofClasses(2, 3), false)) {
                float[] wanted = values(first.next(new float[0], false).conditional());
                assertArrayEquals(
                        wanted, values(second.next(new float[0], false).conditional()));
                assertEquals(2, transformer.places().size());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "72, 256, 96, 'transformer: attention heads of 72 channels, at most 64 can be run by the backend cuda'",
        "20, 256, 96, 'transformer: attention heads of 20 channels, multiples of 8 can be run by the backend cuda'",
        "64, 250, 96, 'transformer: a feed-forward width of 250, multiples of 8 can be run by the backend cuda'",
        "64, 256, 97, 'transformer: a vocabulary of 97, even ones can be run by the backend cuda'"
    })
    void shapesThatTheKernelsDoNotTakeAreRefused(int size, int feedForward, int vocabulary, String reason) {
        TransformerSpec spec = TransformerSpec.builder(1)
                .width(2 * size)
                .heads(2)
                .feedForward(feedForward)
                .classes(10)
                .latentChannels(8)
                .vocabularySize(vocabulary)
                .pyramid(ScalePyramid.of(1, 2))
                .build();
        String message = assertThrows(
                        InvalidInputException.class, () -> CudaScaleTransformer.bytes(spec, Precision.BF16, 1))
                .getMessage();
        assertEquals(reason, message);
    }

    private static CudaScaleTransformer transformer(
            EmulatedGpu gpu, TransformerSpec spec, WeightSource weights, Precision precision) {
        Gpu one = new Gpu(gpu.context(), gpu.kernels());
        return new CudaScaleTransformer(spec, weights, List.of(one), precision);
    }
}
