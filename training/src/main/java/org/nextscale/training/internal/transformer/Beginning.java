package org.nextscale.training.internal.transformer;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.backend.support.TransformerTensors;
import org.nextscale.checkpoint.tensor.TensorValues;
import org.nextscale.model.ModelPackage;
import org.nextscale.model.TokenizerModel;
import org.nextscale.model.making.RandomInitialization;
import org.nextscale.training.internal.network.TransformerNetwork;
import org.nextscale.training.internal.tokenizer.TokenizerTrainer;
import org.nextscale.training.internal.torch.Placement;
import org.nextscale.training.internal.torch.TensorSet;

/**
 * What a transformer begins with: a tokenizer and random weights, or a model to be fine-tuned.
 *
 * @param model {@code null} for random weights
 */
record Beginning(TokenizerModel tokenizer, ModelPackage model) implements AutoCloseable {
    static Beginning of(TransformerSettings settings) {
        String from = settings.path("from");
        ModelPackage model = from.isEmpty() ? null : ModelPackage.open(Path.of(from));
        TokenizerModel tokenizer =
                model == null ? TokenizerTrainer.open(Path.of(settings.path("tokenizer"))) : TokenizerModel.of(model);
        Beginning beginning = new Beginning(tokenizer, model);
        try {
            beginning.requireKnownTypes();
            return beginning;
        } catch (InvalidInputException e) {
            beginning.close();
            throw e;
        }
    }

    /** Types that a plugin computes are not what is trained here. */
    private void requireKnownTypes() {
        String type = tokenizer.spec().type();
        if (!type.equals(TokenizerSpec.MULTI_SCALE_VQ)) {
            throw new InvalidInputException("the tokenizer is of type " + type
                    + ", transformers are trained on those of type " + TokenizerSpec.MULTI_SCALE_VQ);
        }
        if (model != null && !model.spec().transformer().type().equals(TransformerSpec.VAR)) {
            throw new InvalidInputException("the transformer is of type "
                    + model.spec().transformer().type() + ", those of type " + TransformerSpec.VAR + " are trained");
        }
    }

    /** Shape of the transformer: as asked for, or that of the model with the classes of the images. */
    ModelSpec spec(TransformerSettings settings, int classes) {
        if (model == null) {
            return settings.spec(tokenizer.spec(), tokenizer.pyramid(), classes);
        }
        TransformerSpec old = model.spec().transformer();
        return ModelSpec.of(
                model.spec().tokenizer(), old.toBuilder().classes(classes).build());
    }

    /**
     * @param classNames of the images; those of the model's that have the same names keep what they learned
     * @param placement where they live
     */
    TensorSet weights(TransformerSettings settings, ModelSpec spec, List<String> classNames, Placement placement) {
        List<TensorShape> wanted = TransformerTensors.all(spec.transformer());
        if (model == null) {
            RandomInitialization random = new RandomInitialization(
                    spec.transformer().width(),
                    spec.transformer().depth(),
                    settings.number("initial-gamma"),
                    settings.run().seed());
            return TensorSet.trained(wanted, random::transformer, TransformerNetwork::decays, placement);
        }
        WeightSource old = model.transformerWeights();
        return TensorSet.trained(
                wanted,
                tensor -> tensor.name().equals(TransformerTensors.CLASS_EMBEDDING)
                        ? classEmbeddings(old, spec.transformer(), classNames)
                        : (first, target) -> old.read(tensor.name(), first, target),
                TransformerNetwork::decays,
                placement);
    }

    /** Classes that the model knows by name keep their embedding, new ones begin as the mean of all. */
    private TensorValues classEmbeddings(WeightSource old, TransformerSpec spec, List<String> classNames) {
        int width = spec.width();
        List<String> known = model.classNames().names();
        float[] rows = old.read(TransformerTensors.CLASS_EMBEDDING, known.size() + 1L, width);
        float[] mean = new float[width];
        for (int column = 0; column < width; column++) {
            mean[column] = mean(rows, known.size(), width, column);
        }
        int[] same = IntStream.rangeClosed(0, spec.classes())
                .map(row -> row == spec.classes() ? known.size() : known.indexOf(classNames.get(row)))
                .toArray();
        return (first, target) -> {
            for (long element = first; target.hasRemaining(); element++) {
                int row = same[Math.toIntExact(element / width)];
                int column = (int) (element % width);
                target.put(row >= 0 ? rows[row * width + column] : mean[column]);
            }
        };
    }

    private static float mean(float[] rows, int count, int width, int column) {
        double sum = 0;
        for (int row = 0; row < count; row++) {
            sum += rows[row * width + column];
        }
        return (float) (sum / count);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
