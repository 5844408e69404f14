package org.nextscale.evaluation;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.verify.TensorCheck;
import org.nextscale.api.verify.TensorCheck.Measure;
import org.nextscale.checkpoint.Checkpoint;
import org.nextscale.checkpoint.tensor.StoredTensor;
import org.nextscale.checkpoint.tensor.TensorSource;
import org.nextscale.evaluation.metric.FeatureMoments;
import org.nextscale.evaluation.metric.FeatureRows;
import org.nextscale.evaluation.metric.FrechetDistance;
import org.nextscale.evaluation.metric.InceptionScore;
import org.nextscale.evaluation.metric.MomentsCollector;
import org.nextscale.evaluation.metric.PrecisionRecall;

/**
 * Computes the metrics of recorded features and compares them with what the field's own implementations gave for them.
 * Each must agree within 10⁻⁶ of its value.
 */
public final class MetricsConformance {
    private static final double TOLERANCE = 1e-6;
    private static final int LARGEST = 1 << 26;
    /** Rows of the sets that have fewer images than features. */
    private static final int FEW = 24;

    private static final int NEIGHBOURS = 3;
    private static final int SMALL_CHUNK = 100;

    private final TensorSource recorded;
    private final Consumer<TensorCheck> onCheck;
    private final Cancellation cancellation;
    private final List<TensorCheck> checks = new ArrayList<>();
    private final Set<String> used = new HashSet<>();

    private MetricsConformance(TensorSource recorded, Consumer<TensorCheck> onCheck, Cancellation cancellation) {
        this.recorded = recorded;
        this.onCheck = onCheck;
        this.cancellation = cancellation;
    }

    /**
     * Checks the metrics.
     *
     * @param file a safetensors file with {@code real_features}, {@code generated_features}, {@code class_probabilities} and
     *     {@code expected.*}
     * @param onCheck is told of every number as soon as it has been compared
     * @param cancellation looked at before every number
     * @return all of them; each tolerance is absolute, 10⁻⁶ of what is expected
     * @throws InvalidInputException if the file is not such a set, or holds something that nothing is compared with
     */
    public static List<TensorCheck> run(Path file, Consumer<TensorCheck> onCheck, Cancellation cancellation) {
        try (Checkpoint opened = Checkpoint.open(file)) {
            return new MetricsConformance(opened.tensors(), onCheck, cancellation).checkAll();
        }
    }

    private List<TensorCheck> checkAll() {
        FeatureRows real = rows("real_features");
        FeatureRows generated = rows("generated_features");
        FeatureRows probabilities = rows("class_probabilities");
        check("fid", distance(real, generated, Integer.MAX_VALUE));
        check("fid_rank_deficient", distance(real, generated, FEW));
        check("inception_score", score(probabilities, InceptionScore.CHUNK));
        check("inception_score_splits_of_100", score(probabilities, SMALL_CHUNK));
        PrecisionRecall found = PrecisionRecall.of(real, generated, NEIGHBOURS, cancellation);
        check("precision", found.precision());
        check("recall", found.recall());
        requireAllUsed();
        return checks;
    }

    private FeatureRows rows(String name) {
        used.add(name);
        List<Long> shape = recorded.tensor(name).shape();
        if (shape.size() != 2 || shape.get(0) < 1 || shape.get(1) < 1 || shape.get(0) > LARGEST / shape.get(1)) {
            throw new InvalidInputException(
                    recorded.description() + ": " + name + " has shape " + shape + ", expected [images, features]");
        }
        int width = shape.get(1).intValue();
        float[] values = recorded.read(name, shape.get(0), shape.get(1));
        for (float value : values) {
            requireFinite(name, value);
        }
        FeatureRows rows = new FeatureRows(width);
        for (int from = 0; from < values.length; from += width) {
            rows.add(values, from);
        }
        return rows;
    }

    /** Between the first rows of both. */
    private static double distance(FeatureRows real, FeatureRows generated, int count) {
        return FrechetDistance.between(moments(real, count), moments(generated, count));
    }

    private static FeatureMoments moments(FeatureRows rows, int count) {
        MomentsCollector collector = new MomentsCollector(rows.features());
        for (int row = 0; row < Math.min(count, rows.rows()); row++) {
            collector.add(rows.row(row), 0);
        }
        return collector.moments();
    }

    private static double score(FeatureRows probabilities, int chunk) {
        InceptionScore score =
                new InceptionScore(probabilities.features(), probabilities.rows(), chunk, OptionalLong.empty());
        for (int row = 0; row < probabilities.rows(); row++) {
            score.add(probabilities.row(row), 0);
        }
        return score.score();
    }

    private void check(String metric, double found) {
        String name = "expected." + metric;
        double wanted = expected(name);
        double error = Math.abs(found - wanted);
        double relative = error / Math.max(Math.abs(wanted), Double.MIN_NORMAL);
        TensorCheck check =
                TensorCheck.of(metric, 1, error, relative, TOLERANCE, Measure.RELATIVE, relative <= TOLERANCE);
        checks.add(check);
        onCheck.accept(check);
        cancellation.throwIfCancelled();
    }

    private double expected(String name) {
        used.add(name);
        StoredTensor tensor = recorded.tensor(name);
        if (!tensor.typeName().equals("F64") || tensor.elements() != 1) {
            throw new InvalidInputException(recorded.description() + ": " + name + " is " + tensor.typeName() + " "
                    + tensor.shape() + ", expected one F64");
        }
        double value = recorded.map(name, 0, Double.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getDouble();
        requireFinite(name, value);
        return value;
    }

    private void requireFinite(String name, double value) {
        if (!Double.isFinite(value)) {
            throw new InvalidInputException(recorded.description() + ": " + name + " holds " + value);
        }
    }

    private void requireAllUsed() {
        Collection<String> unused = recorded.tensors().stream()
                .map(StoredTensor::name)
                .filter(name -> !used.contains(name))
                .toList();
        if (!unused.isEmpty()) {
            throw new InvalidInputException(
                    recorded.description() + ": nothing to compare with " + String.join(", ", unused));
        }
    }
}
