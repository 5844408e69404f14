package org.nextscale.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nextscale.api.model.DataType;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.backend.support.TokenizerTensors;
import org.nextscale.backend.support.TransformerTensors;
import org.nextscale.model.ModelPackage;
import org.nextscale.model.description.PublishedModel;
import org.nextscale.model.making.ModelSynthesis;

/** The model that is measured if no other is named: the published var_d16 with random weights, in float32. */
public final class SynthesizedModel {
    private SynthesizedModel() {}

    /** Makes it, or finds it where an earlier run made it. */
    public static Path make(Path folder) {
        Path target = folder.resolve("var_d16-random");
        if (!ModelPackage.isPackage(target)) {
            new ModelSynthesis(
                            PublishedModel.named("var_d16"),
                            DataType.F32,
                            target,
                            1,
                            Optional.empty(),
                            false,
                            "nextscale-benchmarks")
                    .run(ProgressListener.NONE, Cancellation.NEVER);
        }
        return target;
    }

    /** Bytes of all weights in float32. */
    static long float32Bytes(ModelPackage model) {
        List<TensorShape> tokenizer =
                TokenizerTensors.all(model.spec().tokenizer(), model.spec().pyramid());
        List<TensorShape> transformer = TransformerTensors.all(model.spec().transformer());
        return Stream.concat(tokenizer.stream(), transformer.stream())
                .mapToLong(tensor -> Float.BYTES
                        * tensor.shape().stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact))
                .sum();
    }
}
