package org.nextscale.backend.onnx.internal.transformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.backend.TransformerSession;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.onnx.internal.BoxedModel;
import org.nextscale.backend.onnx.internal.runtime.NativeLibrary;
import org.nextscale.backend.onnx.internal.runtime.SessionSettings;
import org.nextscale.backend.onnx.internal.runtime.Sessions;
import org.nextscale.model.ModelPackage;

/**
 * A model whose blocks are a session each, as large ones are, computes the very numbers that it computes in one session,
 * where nothing is in memory given by the caller. The suite's small models are of the latter kind.
 */
class SessionLayoutTest {
    private static final long ONE_BLOCK = 0;

    @ParameterizedTest
    @EnumSource(Precision.class)
    void oneSessionABlockComputesTheSame(Precision precision) {
        try (ModelPackage model = BoxedModel.open();
                OnnxScaleTransformer together = transformer(model, precision, TransformerParts.SESSION_BYTES, 1);
                OnnxScaleTransformer apart = transformer(
                        model, precision, ONE_BLOCK, model.spec().transformer().depth())) {
            for (boolean unconditional : new boolean[] {true, false}) {
                // Twice: the second time in memory that the first has used.
                for (int i = 0; i < 2; i++) {
                    compare(together, apart, unconditional);
                }
            }
        }
    }

    private static OnnxScaleTransformer transformer(
            ModelPackage model, Precision precision, long sessionBytes, int sessions) {
        TransformerParts parts = new TransformerParts(
                model.spec().transformer(),
                model.transformerWeights(),
                new Sessions(NativeLibrary.load(), new SessionSettings(2, 50)),
                precision,
                sessionBytes);
        assertEquals(sessions, parts.blocks().size());
        return new OnnxScaleTransformer(model.spec().transformer(), parts);
    }

    private static void compare(ScaleTransformer together, ScaleTransformer apart, boolean unconditional) {
        TransformerSpec spec = together.spec();
        Conditions conditions = Conditions.ofClasses(3, 7);
        Random random = new Random(1);
        try (TransformerSession wanted = together.begin(conditions, unconditional);
                TransformerSession found = apart.begin(conditions, unconditional)) {
            for (int scale = 0; scale < spec.pyramid().scales(); scale++) {
                int size = scale == 0 ? 0 : conditions.size() * spec.pyramid().tokens(scale) * spec.latentChannels();
                float[] input = new float[size];
                for (int i = 0; i < size; i++) {
                    input[i] = random.nextFloat() - 0.5f;
                }
                ScaleLogits expected = wanted.next(input, unconditional);
                ScaleLogits actual = found.next(input, unconditional);
                assertArrayEquals(values(expected.conditional()), values(actual.conditional()), "scale " + scale);
                if (unconditional) {
                    assertArrayEquals(
                            values(expected.unconditional().orElseThrow()),
                            values(actual.unconditional().orElseThrow()),
                            "scale " + scale);
                }
            }
        }
    }

    private static float[] values(Logits logits) {
        float[] row = new float[logits.vocabulary()];
        FloatBuffer all = FloatBuffer.allocate(logits.batch() * logits.tokens() * logits.vocabulary());
        for (int image = 0; image < logits.batch(); image++) {
            for (int token = 0; token < logits.tokens(); token++) {
                logits.copyRow(image, token, row);
                all.put(row);
            }
        }
        return all.array();
    }
}
