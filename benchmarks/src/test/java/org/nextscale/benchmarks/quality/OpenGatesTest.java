package org.nextscale.benchmarks.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.nextscale.api.model.WeightSource;
import org.nextscale.model.ModelPackage;

class OpenGatesTest {

    @Test
    void opensGammasAndNothingElse() {
        Path folder = Path.of(System.getProperty("nextscale.root"), "reference-vectors", "plain-attn");
        try (ModelPackage model = ModelPackage.open(folder)) {
            WeightSource plain = model.transformerWeights();
            int width = model.spec().transformer().width();
            OpenGates open = new OpenGates(plain, width);
            String bias = "blocks.1.ada_lin.1.bias";
            float[] before = plain.read(bias, 6L * width);
            float[] after = open.read(bias, 6L * width);
            for (int i = 0; i < after.length; i++) {
                assertEquals(before[i] + (i < 2 * width ? 1 : 0), after[i]);
            }
            float[] part = new float[4];
            open.read(bias, 2L * width - 2, FloatBuffer.wrap(part, 1, 3));
            assertEquals(after[2 * width - 1], part[2]);
            assertEquals(after[2 * width], part[3]);
            float[] head = new float[1];
            plain.read("head.weight", 5, FloatBuffer.wrap(head));
            float[] larger = new float[1];
            open.read("head.weight", 5, FloatBuffer.wrap(larger));
            assertEquals(OpenGates.HEAD * head[0], larger[0]);
            assertThrows(UnsupportedOperationException.class, () -> open.map(bias, 0, 4));
            assertEquals(
                    plain.read("head_nm.ada_lin.1.bias", 2L * width)[0],
                    open.read("head_nm.ada_lin.1.bias", 2L * width)[0]);
        }
    }
}
