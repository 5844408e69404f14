package org.nextscale.backend.cuda.internal.tokenizer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.backend.cuda.internal.driver.EmulatedGpu;
import org.nextscale.backend.cuda.internal.gpu.Gpu;
import org.nextscale.backend.cuda.internal.gpu.Precision;
import org.nextscale.model.ModelPackage;

/** What fewer bits cost a trained tokenizer: that of the model that ships with Nextscale. */
class TrainedTokenizerTest {
    private static final int SIDE = 32;

    /** Measured: 4.7e-3 and 5.3e-3 in bf16, 2.8e-4 and 4.0e-4 in tf32. One hundredth is what bf16 may cost. */
    @ParameterizedTest
    @CsvSource({"BF16, 1e-2, 1e-2", "TF32, 1e-3, 1e-3"})
    void pixelsAndFeaturesAreThoseOfFloat32(Precision precision, double decoder, double encoder) {
        Pixels image = stripes();
        FeatureMap features = encode(Precision.FLOAT32, image);
        double encoded = Elements.relativeError(
                features.values(), encode(precision, image).values());
        double decoded = Elements.relativeError(decode(Precision.FLOAT32, features), decode(precision, features));
        String said = precision + ": relative error of features " + encoded + ", of pixels " + decoded;
        assertTrue(encoded < encoder && decoded < decoder, said);
        assertTrue(encoded > encoder / 10 && decoded > decoder / 10, "more exact than it can be: " + said);
    }

    private static Pixels stripes() {
        float[] values = new float[Pixels.CHANNELS * SIDE * SIDE];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i % SIDE * 0.3 + i / SIDE * 0.2) * 0.8f;
        }
        return new Pixels(1, SIDE, SIDE, values);
    }

    private static FeatureMap encode(Precision precision, Pixels image) {
        try (EmulatedGpu gpu = new EmulatedGpu();
                ModelPackage model = model();
                CudaTokenizerNetwork network = network(gpu, model, precision)) {
            return network.encode(image);
        }
    }

    private static float[] decode(Precision precision, FeatureMap features) {
        try (EmulatedGpu gpu = new EmulatedGpu();
                ModelPackage model = model();
                CudaTokenizerNetwork network = network(gpu, model, precision)) {
            return network.decode(features).values();
        }
    }

    private static ModelPackage model() {
        Path models = Path.of(System.getProperty("nextscale.root"), "distribution", "archive", "src", "main", "models");
        return ModelPackage.open(models.resolve("fashion-32"));
    }

    private static CudaTokenizerNetwork network(EmulatedGpu gpu, ModelPackage model, Precision precision) {
        List<Gpu> gpus = List.of(new Gpu(gpu.context(), gpu.kernels()));
        return new CudaTokenizerNetwork(model.spec().tokenizer(), model.tokenizerWeights(), gpus, precision);
    }
}
