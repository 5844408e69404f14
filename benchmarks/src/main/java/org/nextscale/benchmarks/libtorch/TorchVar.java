package org.nextscale.benchmarks.libtorch;

import java.io.IOException;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.Scale;
import org.nextscale.backend.support.TokenizerTensors;
import org.nextscale.backend.support.TransformerTensors;
import org.nextscale.model.ModelPackage;

/**
 * A VAR model in libtorch, eager and in float32, on the CPU: what the product is compared with. One thread uses it at a
 * time.
 */
public final class TorchVar implements AutoCloseable {
    private final ModelSpec spec;
    private final TorchWeights transformerWeights;
    private final TorchWeights tokenizerWeights;
    private final TorchTransformer transformer;
    private final TorchTokenizer tokenizer;

    /** @param fusedAttention whether to call {@code scaled_dot_product_attention} */
    public TorchVar(ModelPackage model, boolean fusedAttention) {
        spec = model.spec();
        transformerWeights = new TorchWeights(TransformerTensors.all(spec.transformer()), model.transformerWeights());
        tokenizerWeights =
                new TorchWeights(TokenizerTensors.all(spec.tokenizer(), spec.pyramid()), model.tokenizerWeights());
        transformer = new TorchTransformer(spec.transformer(), transformerWeights, fusedAttention);
        tokenizer = new TorchTokenizer(spec, tokenizerWeights);
    }

    /** Is told what happens, scale by scale; the tensors are valid during the call. */
    public interface Observer {
        default void begins(Scale scale) {}

        default void predicted(Scale scale) {}

        default void ends(Scale scale, Tensor guided, Tensor tokens) {}

        default void decoding() {}

        default void decoded() {}
    }

    /**
     * Makes a batch of images under classifier-free guidance.
     *
     * @param noise recorded noise to draw with; {@code null} for libtorch's own
     */
    public Pixels generate(int[] labels, TorchSampling sampling, TorchSampling.Noise noise, Observer observer) {
        TorchTransformer.Cache cache =
                new TorchTransformer.Cache(spec.transformer().depth());
        try (PointerScope scope = new PointerScope();
                InferenceMode inference = new InferenceMode(true)) {
            Tensor condition = transformer.condition(rows(labels));
            Tensor featureMap = tokenizer.empty(labels.length);
            for (int k = 0; k < spec.pyramid().scales(); k++) {
                Scale scale = spec.pyramid().scale(k);
                Tensor before = featureMap;
                featureMap = TorchOps.step(() -> {
                    observer.begins(scale);
                    Tensor x = scale.index() == 0
                            ? transformer.start(condition)
                            : transformer.embed(scale.index(), tokenizer.input(scale.index(), before));
                    Tensor logits = transformer.next(x, condition, cache);
                    observer.predicted(scale);
                    Tensor guided = sampling.guide(scale, logits);
                    Tensor tokens = sampling.draw(scale, guided, noise);
                    Tensor after = tokenizer.accumulate(scale.index(), before, tokens);
                    observer.ends(scale, guided, tokens);
                    return after;
                });
            }
            observer.decoding();
            Tensor pixels = tokenizer.decode(featureMap);
            observer.decoded();
            return pixels(pixels);
        } finally {
            cache.release();
        }
    }

    /** The labels, and as often the unconditional one. */
    private Tensor rows(int[] labels) {
        long[] rows = new long[2 * labels.length];
        for (int i = 0; i < labels.length; i++) {
            rows[i] = labels[i];
            rows[labels.length + i] = spec.transformer().classes();
        }
        return Tensor.create(rows);
    }

    private static Pixels pixels(Tensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.numel())];
        FloatBuffer memory = tensor.contiguous().createBuffer();
        memory.get(values);
        return new Pixels((int) tensor.size(0), (int) tensor.size(2), (int) tensor.size(3), values);
    }

    /** Sets the number of threads of all operations; 0 leaves it as it comes. */
    public static void threads(int count) {
        if (count > 0) {
            torch.set_num_threads(count);
        }
    }

    /** Version and threads. */
    public static String description() {
        return "libtorch " + version() + ", " + torch.get_num_threads() + " threads";
    }

    private static String version() {
        try {
            return Loader.getVersion("org.bytedeco", "pytorch");
        } catch (IOException e) {
            return "of unknown version";
        }
    }

    /** GFLOP/s of one {@code size³} product of float32 matrices. */
    public static double gemm(int size) {
        try (PointerScope scope = new PointerScope();
                InferenceMode inference = new InferenceMode(true)) {
            Tensor a = torch.rand(size, size);
            Tensor b = torch.rand(size, size);
            long start = System.nanoTime();
            torch.mm(a, b);
            return 2.0 * size * size * size / (System.nanoTime() - start);
        }
    }

    @Override
    public void close() {
        transformerWeights.close();
        tokenizerWeights.close();
    }
}
