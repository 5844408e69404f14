package org.nextscale.backend.cuda.internal.transformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.BackendException;
import org.nextscale.api.backend.Generation;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.cuda.internal.Gpu;
import org.nextscale.backend.cuda.internal.Precision;
import org.nextscale.backend.cuda.internal.driver.EmulatedGpu;
import org.nextscale.backend.cuda.internal.tokenizer.Elements;
import org.nextscale.engine.model.ModelPackage;

/** What less precision costs, what memory is taken, and what is refused. */
class CudaScaleTransformerTest {
    /** Heads of 64 channels as in the published models; the last scale has more tokens than one block of attention. */
    private static final TransformerSpec WIDE_HEADS =
            new TransformerSpec(2, 128, 2, 512, 10, false, true, 8, 256, ScalePyramid.of(1, 3, 9));

    private static final TransformerSpec TINY =
            new TransformerSpec(1, 64, 1, 256, 10, true, false, 8, 96, ScalePyramid.of(1, 2));

    /**
     * Operands have 8 bits in bf16 and 11 in tf32: products of independent errors are off by some 2⁻⁹ and 2⁻¹² of their norm, and
     * each of the products between the class and the logits adds its share: 0.3 % and 0.04 % were found, a third of what is allowed.
     */
    @ParameterizedTest
    @CsvSource({"BF16, 1e-2", "TF32, 1e-3"})
    void logitsAreCloseInLessPrecision(Precision precision, double most) {
        Path sets = Path.of(System.getProperty("nextscale.root"), "reference-vectors");
        assertClose("64-wide heads", WIDE_HEADS, new RandomTransformer(), precision, inputs(WIDE_HEADS), most);
        try (ModelPackage model = ModelPackage.open(sets.resolve("shared-aln"))) {
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
            return values(transformer.teacherForcing(new int[] {1, spec.unconditionalLabel()}, inputs));
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
            try (CudaScaleTransformer transformer = transformer(gpu, TINY, new RandomTransformer(), precision);
                    Generation generation = transformer.begin(new int[] {1}, true)) {
                generation.next(new float[0], true);
                long taken = free - gpu.context().freeBytes();
                assertEquals(CudaScaleTransformer.bytes(TINY, precision, multiprocessors), taken);
            }
            assertEquals(free, gpu.context().freeBytes());
        }
    }

    @Test
    void aBatchThatDoesNotFitIsRefusedAndLeavesNothing() {
        try (EmulatedGpu gpu = new EmulatedGpu("memory=20000000");
                CudaScaleTransformer transformer = transformer(gpu, TINY, new RandomTransformer(), Precision.BF16)) {
            long free = gpu.context().freeBytes();
            String message = assertThrows(BackendException.class, () -> transformer.begin(new int[4000], true))
                    .getMessage();
            assertTrue(message.startsWith("emulated GPU 0 has no "), message);
            assertEquals(free, gpu.context().freeBytes());
            assertThrows(InvalidInputException.class, () -> transformer.begin(new int[40_000], true));
            transformer.begin(new int[4], true).close();
        }
    }

    /** The bits are the same on every GPU. */
    @Test
    void generationsGoToTheGpusInTurn() {
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            Gpu one = new Gpu(gpu.context(), gpu.kernels());
            try (CudaScaleTransformer transformer = new CudaScaleTransformer(
                            TINY, new RandomTransformer(), List.of(one, one), Precision.BF16, closed -> {});
                    Generation first = transformer.begin(new int[] {2, 3}, false);
                    Generation second = transformer.begin(new int[] {2, 3}, false)) {
                float[] wanted = values(first.next(new float[0], false).conditional());
                assertArrayEquals(
                        wanted, values(second.next(new float[0], false).conditional()));
                assertEquals(2, transformer.places().size());
            }
        }
    }

    @Test
    void anInputOfAnotherSizeIsRefused() {
        try (EmulatedGpu gpu = new EmulatedGpu();
                CudaScaleTransformer transformer = transformer(gpu, TINY, new RandomTransformer(), Precision.TF32);
                Generation generation = transformer.begin(new int[] {1}, false)) {
            generation.next(new float[0], false);
            assertThrows(InvalidInputException.class, () -> generation.next(new float[7], false));
            generation.next(new float[32], false);
            assertThrows(InvalidInputException.class, () -> transformer.teacherForcing(new int[] {1}, new float[7]));
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
        TransformerSpec spec =
                new TransformerSpec(1, 2 * size, 2, feedForward, 10, false, true, 8, vocabulary, ScalePyramid.of(1, 2));
        String message = assertThrows(
                        InvalidInputException.class, () -> CudaScaleTransformer.bytes(spec, Precision.BF16, 1))
                .getMessage();
        assertEquals(reason, message);
    }

    private static CudaScaleTransformer transformer(
            EmulatedGpu gpu, TransformerSpec spec, WeightSource weights, Precision precision) {
        Gpu one = new Gpu(gpu.context(), gpu.kernels());
        return new CudaScaleTransformer(spec, weights, List.of(one), precision, closed -> {});
    }
}
