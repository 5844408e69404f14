package org.nextscale.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.nextscale.api.image.RgbImage;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.evaluation.images.ImageSource;
import org.nextscale.evaluation.images.LabelledImage;
import org.nextscale.evaluation.images.SkippedImages;
import org.nextscale.evaluation.metric.FeatureRows;
import org.nextscale.evaluation.metric.InceptionScore;
import org.nextscale.evaluation.metric.MomentsCollector;
import org.nextscale.evaluation.network.EvaluationNetwork;

/** Takes images, batch by batch through a network, and keeps what the metrics need of its outputs. For one thread. */
final class FeatureCollector implements ImageSource.Sink {
    private static final int BATCH = 32;
    private static final int MOST_PIXELS = 8 << 20;

    private final EvaluationNetwork network;
    private final CollectedOutputs wanted;
    private final Cancellation cancellation;
    private final Runnable onBatch;
    private final List<RgbImage> batch = new ArrayList<>();
    private final List<OptionalInt> labels = new ArrayList<>();
    private final SkippedImages skipped = new SkippedImages();
    private final SplittableRandom random = new SplittableRandom(0);

    private long images;
    private long labelled;
    private long right;
    private long foreign;
    private int firstForeign;

    /** What to collect; each empty if it is not wanted. */
    record CollectedOutputs(
            Optional<MomentsCollector> features,
            Optional<MomentsCollector> spatial,
            Optional<InceptionScore> score,
            Optional<FeatureRows> rows,
            int mostRows,
            boolean accuracy) {

        private Set<String> outputs() {
            Set<String> outputs = new TreeSet<>();
            if (features.isPresent() || rows.isPresent()) {
                outputs.add(EvaluationNetwork.FEATURES);
            }
            if (spatial.isPresent()) {
                outputs.add(EvaluationNetwork.SPATIAL);
            }
            if (score.isPresent() || accuracy) {
                outputs.add(EvaluationNetwork.PROBABILITIES);
            }
            return outputs;
        }
    }

    FeatureCollector(EvaluationNetwork network, CollectedOutputs wanted, Cancellation cancellation, Runnable onBatch) {
        this.network = network;
        this.wanted = wanted;
        this.cancellation = cancellation;
        this.onBatch = onBatch;
    }

    @Override
    public void image(LabelledImage image) {
        batch.add(image.image());
        labels.add(network.classOf(image));
        long pixels =
                (long) batch.size() * image.image().width() * image.image().height();
        if (batch.size() == BATCH || pixels > MOST_PIXELS) {
            flush();
        }
    }

    @Override
    public void skipped(String line) {
        skipped.add(line);
    }

    /** Works on what is waiting; to be called after the last image. */
    void flush() {
        if (batch.isEmpty()) {
            return;
        }
        cancellation.throwIfCancelled();
        Set<String> outputs = wanted.outputs();
        Map<String, float[]> values = outputs.isEmpty() ? Map.of() : network.run(batch, outputs);
        for (int i = 0; i < batch.size(); i++) {
            add(values, i);
        }
        batch.clear();
        labels.clear();
        onBatch.run();
    }

    private void add(Map<String, float[]> values, int index) {
        float[] features = values.get(EvaluationNetwork.FEATURES);
        int at = index * network.features();
        wanted.features.ifPresent(collector -> collector.add(features, at));
        wanted.rows.ifPresent(rows -> keep(rows, features, at));
        wanted.spatial.ifPresent(collector -> collector.add(
                values.get(EvaluationNetwork.SPATIAL), index * network.spatial().getAsInt()));
        float[] probabilities = values.get(EvaluationNetwork.PROBABILITIES);
        if (probabilities != null) {
            int classes = network.classes().getAsInt();
            wanted.score.ifPresent(score -> score.add(probabilities, index * classes));
            labels.get(index).ifPresent(label -> judge(label, likeliest(probabilities, index * classes, classes)));
        }
        images++;
    }

    /** A class that the network does not have, it cannot have found nor missed. */
    private void judge(int label, int likeliest) {
        if (label < 0 || label >= network.classes().getAsInt()) {
            firstForeign = foreign == 0 ? label : firstForeign;
            foreign++;
            return;
        }
        labelled++;
        right += likeliest == label ? 1 : 0;
    }

    /** Every image has the same chance to be among those that are kept (reservoir sampling). */
    private void keep(FeatureRows rows, float[] features, int at) {
        if (rows.rows() < wanted.mostRows) {
            rows.add(features, at);
            return;
        }
        long place = random.nextLong(images + 1);
        if (place < wanted.mostRows) {
            rows.replace((int) place, features, at);
        }
    }

    private static int likeliest(float[] probabilities, int from, int classes) {
        int best = 0;
        for (int c = 1; c < classes; c++) {
            if (probabilities[from + c] > probabilities[from + best]) {
                best = c;
            }
        }
        return best;
    }

    CollectedOutputs collected() {
        return wanted;
    }

    SkippedImages skipped() {
        return skipped;
    }

    long images() {
        return images;
    }

    /** Images of a class that the network does not have. */
    long foreign() {
        return foreign;
    }

    /** The class of the first of those. */
    int firstForeign() {
        return firstForeign;
    }

    /** Images whose class is known, and one of the network's. */
    long labelled() {
        return labelled;
    }

    /** Share of those that the network takes for their class. */
    double accuracy() {
        return (double) right / labelled;
    }
}
