package org.nextscale.backend.cuda.internal.tokenizer;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.checkpoint.Checkpoint;
import org.nextscale.checkpoint.tensor.TensorSource;
import org.nextscale.model.ModelPackage;
import org.nextscale.testkit.ReferenceVectors;

/** A model of reference-vectors, and what the reference's tokenizer made of an image. */
final class ReferenceSet implements AutoCloseable {
    private final Checkpoint expected;
    private final ModelPackage model;

    ReferenceSet(String name) {
        Path folder = ReferenceVectors.folder(name);
        expected = Checkpoint.open(folder.resolve("expected.safetensors"));
        model = ModelPackage.open(folder);
    }

    ModelPackage model() {
        return model;
    }

    Pixels image() {
        return pixels("image");
    }

    FeatureMap features() {
        return featureMap("encoder_features");
    }

    /** What the decoder gets. */
    FeatureMap quantized() {
        return featureMap("f_hat." + (model.spec().pyramid().scales() - 1));
    }

    /** What it makes of it. */
    Pixels reconstruction() {
        return pixels("reconstruction");
    }

    private Pixels pixels(String name) {
        int[] shape = shape(name);
        return new Pixels(shape[0], shape[2], shape[3], values(name));
    }

    private FeatureMap featureMap(String name) {
        int[] shape = shape(name);
        return new FeatureMap(shape[0], shape[1], shape[2], shape[3], values(name));
    }

    private int[] shape(String name) {
        List<Long> shape = expected.tensors().weight(name).shape();
        return shape.stream().mapToInt(Long::intValue).toArray();
    }

    private float[] values(String name) {
        TensorSource tensors = expected.tensors();
        float[] values = new float[(int) tensors.weight(name).elements()];
        tensors.read(name, 0, FloatBuffer.wrap(values));
        return values;
    }

    @Override
    public void close() {
        model.close();
        expected.close();
    }
}
