package org.nextscale.benchmarks.subject;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Random;

/** ONNX Runtime's product of two float32 matrices, for the machine's peak; it makes no images. */
public final class GemmSubject implements Subject {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final int threads;
    private int size;
    private OrtSession session;
    private FloatBuffer input;
    private FloatBuffer output;

    GemmSubject(int threads) {
        this.threads = threads;
    }

    /** Argument: number of threads. */
    public static void main(String[] arguments) throws Exception {
        SubjectServer.serve(() -> new GemmSubject(Integer.parseInt(arguments[0])));
    }

    @Override
    public String device() {
        return "ONNX Runtime " + environment.getVersion() + " MatMul, " + threads + " threads";
    }

    @Override
    public ImageTimes images(int batch, long seed) {
        throw new UnsupportedOperationException("makes no images");
    }

    @Override
    public double gemm(int wanted) {
        try {
            if (wanted != size) {
                open(wanted);
            }
            long[] shape = {size, size};
            try (OnnxTensor a = OnnxTensor.createTensor(environment, input, shape);
                    OnnxTensor c = OnnxTensor.createTensor(environment, output, shape)) {
                long start = System.nanoTime();
                session.run(Map.of("a", a), Map.of("c", c)).close();
                return 2.0 * size * size * size / (System.nanoTime() - start);
            }
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    private void open(int wanted) throws OrtException {
        close();
        size = wanted;
        input = random(size).asFloatBuffer();
        output = ByteBuffer.allocateDirect(4 * size * size)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        byte[] weights = new byte[4 * size * size];
        random(size).get(weights);
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            session = environment.createSession(MatMulModel.of(size, weights), options);
        }
    }

    private static ByteBuffer random(int size) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(4 * size * size).order(ByteOrder.LITTLE_ENDIAN);
        Random random = new Random(1);
        for (int i = 0; i < size * size; i++) {
            bytes.putFloat(4 * i, random.nextFloat() - 0.5f);
        }
        return bytes;
    }

    @Override
    public void close() {
        if (session != null) {
            try {
                session.close();
            } catch (OrtException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
