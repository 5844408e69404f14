package org.nextscale.backend.onnx.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.model.ModelPackage;

/** What int8 may cost, on a trained model. */
class PrecisionTest {
    private static final int IMAGES = 10;

    @Test
    void logitsInInt8AreThoseInFloat32WithinAFewPercent() {
        try (ModelPackage model = BoxedModel.open()) {
            TransformerSpec spec = model.spec().transformer();
            float[] inputs = inputs(model);
            float[] wanted = logits(model, "f32", inputs);
            float[] found = logits(model, "int8", inputs);
            int vocabulary = spec.vocabularySize();
            ScalePyramid pyramid = spec.pyramid();
            for (int scale = 0; scale < pyramid.scales(); scale++) {
                double error = 0;
                double size = 0;
                int same = 0;
                for (int image = 0; image < IMAGES; image++) {
                    for (int token = pyramid.begin(scale); token < pyramid.begin(scale + 1); token++) {
                        int row = (image * pyramid.totalTokens() + token) * vocabulary;
                        int best = 0;
                        int bestFound = 0;
                        for (int v = 0; v < vocabulary; v++) {
                            error += Math.pow(found[row + v] - wanted[row + v], 2);
                            size += Math.pow(wanted[row + v], 2);
                            best = wanted[row + v] > wanted[row + best] ? v : best;
                            bestFound = found[row + v] > found[row + bestFound] ? v : bestFound;
                        }
                        same += best == bestFound ? 1 : 0;
                    }
                }
                double relative = Math.sqrt(error / size);
                double agreement = (double) same / (IMAGES * pyramid.tokens(scale));
                String said = "scale " + scale + ": relative error " + relative + ", same first choice " + agreement;
                assertTrue(relative < 0.04, said);
                assertTrue(agreement >= 0.9, said);
                assertTrue(relative > 0, "int8 was not used");
            }
        }
    }

    @Test
    void picturesInInt8AreThoseInFloat32() {
        try (ModelPackage model = BoxedModel.open()) {
            float[] wanted = pixels(model, "f32");
            float[] found = pixels(model, "int8");
            double error = 0;
            for (int i = 0; i < wanted.length; i++) {
                error += Math.pow((wanted[i] - found[i]) / 2, 2);
            }
            double psnr = -10 * Math.log10(Math.max(1e-12, error / wanted.length));
            assertTrue(psnr > 40, psnr + " dB");
        }
    }

    /** Embeddings of random codes. */
    private static float[] inputs(ModelPackage model) {
        TransformerSpec spec = model.spec().transformer();
        int z = spec.latentChannels();
        ScalePyramid pyramid = spec.pyramid();
        float[] codes = model.tokenizerWeights().read("quantize.embedding.weight", spec.vocabularySize(), z);
        float[] inputs = new float[IMAGES * (pyramid.totalTokens() - pyramid.tokens(0)) * z];
        Random random = new Random(1);
        for (int i = 0; i < inputs.length; i += z) {
            System.arraycopy(codes, random.nextInt(spec.vocabularySize()) * z, inputs, i, z);
        }
        return inputs;
    }

    private static float[] logits(ModelPackage model, String precision, float[] inputs) {
        TransformerSpec spec = model.spec().transformer();
        Conditions conditions = Conditions.ofClasses(
                IntStream.range(0, IMAGES).map(i -> i % spec.classes()).toArray());
        try (Backend backend = BoxedModel.backend(precision);
                ScaleTransformer transformer = backend.transformer(spec, model.transformerWeights())) {
            Logits logits = transformer.teacherForcing(conditions, inputs);
            int vocabulary = logits.vocabulary();
            float[] all = new float[IMAGES * logits.tokens() * vocabulary];
            float[] row = new float[vocabulary];
            for (int i = 0; i < all.length / vocabulary; i++) {
                logits.copyRow(i / logits.tokens(), i % logits.tokens(), row);
                System.arraycopy(row, 0, all, i * vocabulary, vocabulary);
            }
            return all;
        }
    }

    private static float[] pixels(ModelPackage model, String precision) {
        int z = model.spec().tokenizer().latentChannels();
        int side = model.spec().pyramid().finestSide();
        float[] features = new float[z * side * side];
        for (int channel = 0; channel < z; channel++) {
            for (int i = 0; i < side * side; i++) {
                features[channel * side * side + i] = (float) Math.sin(channel + 0.1 * i);
            }
        }
        try (Backend backend = BoxedModel.backend(precision);
                TokenizerNetwork network =
                        backend.tokenizerNetwork(model.spec().tokenizer(), model.tokenizerWeights())) {
            return network.decode(new FeatureMap(1, z, side, side, features)).values();
        }
    }
}
