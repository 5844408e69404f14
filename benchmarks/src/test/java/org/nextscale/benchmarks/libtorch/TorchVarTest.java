package org.nextscale.benchmarks.libtorch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.Scale;
import org.nextscale.checkpoint.Checkpoint;
import org.nextscale.checkpoint.tensor.TensorSource;
import org.nextscale.model.ModelPackage;

/** The peer does the work of the public VAR code: it is compared with what that code computed, as the backends are. */
class TorchVarTest {
    private static final float LOGITS = 5e-4f;
    private static final float IMAGE = 2e-4f;

    /** One thread: many small operations, and tests run beside others. */
    @BeforeAll
    static void oneThread() {
        TorchVar.threads(1);
    }

    @ParameterizedTest
    @CsvSource({"base,false", "base,true", "shared-aln,false", "plain-attn,false", "plain-attn,true"})
    void agreesWithTheReference(String set, boolean fusedAttention) {
        Path folder = Path.of(System.getProperty("nextscale.root"), "reference-vectors", set);
        try (ModelPackage model = ModelPackage.open(folder);
                Checkpoint checkpoint = Checkpoint.open(folder.resolve("expected.safetensors"));
                TorchVar peer = new TorchVar(model, fusedAttention)) {
            TensorSource expected = checkpoint.tensors();
            int vocabulary = model.spec().tokenizer().vocabularySize();
            check(peer, expected, "greedy", new TorchSampling(4, 1, 0));
            check(peer, expected, "sampled", new TorchSampling(1.5, vocabulary / 5, 0.96));
        }
    }

    private static void check(TorchVar peer, TensorSource expected, String run, TorchSampling sampling) {
        int[] labels = integers(expected, "labels");
        TorchSampling.Noise noise = scale -> {
            float[] values = floats(expected, run + ".noise." + scale.index());
            int rows = labels.length * scale.tokens();
            return Tensor.create(values, rows, values.length / rows);
        };
        Pixels pixels = peer.generate(labels, sampling, noise, new TorchVar.Observer() {
            @Override
            public void ends(Scale scale, Tensor guided, Tensor tokens) {
                FloatBuffer logits = guided.contiguous().createBuffer();
                float[] found = new float[logits.remaining()];
                logits.get(found);
                assertArrayEquals(floats(expected, run + ".logits." + scale.index()), found, LOGITS);
                LongBuffer indices = tokens.contiguous().createBuffer();
                int[] chosen = new int[indices.remaining()];
                Arrays.setAll(chosen, i -> (int) indices.get(i));
                assertArrayEquals(integers(expected, run + ".tokens." + scale.index()), chosen);
            }
        });
        float[] image = floats(expected, run + ".image");
        assertEquals(image.length, pixels.values().length);
        for (int i = 0; i < image.length; i++) {
            assertEquals(image[i], (pixels.values()[i] + 1) / 2, IMAGE);
        }
    }

    private static float[] floats(TensorSource source, String name) {
        float[] values = new float[Math.toIntExact(source.tensor(name).elements())];
        source.read(name, 0, FloatBuffer.wrap(values));
        return values;
    }

    private static int[] integers(TensorSource source, String name) {
        float[] values = floats(source, name);
        int[] integers = new int[values.length];
        Arrays.setAll(integers, i -> (int) values[i]);
        return integers;
    }
}
