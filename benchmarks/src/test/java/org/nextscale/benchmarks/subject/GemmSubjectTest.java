package org.nextscale.benchmarks.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GemmSubjectTest {

    @Test
    void modelMultiplies() throws OrtException {
        ByteBuffer stored = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        stored.asFloatBuffer().put(new float[] {1, 2, 3, 4});
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(MatMulModel.of(2, stored.array()));
                OnnxTensor a = OnnxTensor.createTensor(
                        environment, FloatBuffer.wrap(new float[] {1, 0, 1, 1}), new long[] {2, 2});
                OrtSession.Result result = session.run(Map.of("a", a))) {
            FloatBuffer c = ((OnnxTensor) result.get(0)).getFloatBuffer();
            assertEquals(FloatBuffer.wrap(new float[] {1, 2, 4, 6}), c);
        }
    }

    @Test
    void measures() {
        try (GemmSubject subject = new GemmSubject(1)) {
            assertTrue(subject.gemm(64) > 0);
            assertTrue(subject.gemm(128) > 0);
        }
    }
}
