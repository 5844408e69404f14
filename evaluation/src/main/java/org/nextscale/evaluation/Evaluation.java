package org.nextscale.evaluation;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.evaluation.FeatureCollector.CollectedOutputs;
import org.nextscale.evaluation.images.ImageSource;
import org.nextscale.evaluation.images.SkippedImages;
import org.nextscale.evaluation.metric.FeatureMoments;
import org.nextscale.evaluation.metric.FeatureRows;
import org.nextscale.evaluation.metric.FrechetDistance;
import org.nextscale.evaluation.metric.InceptionScore;
import org.nextscale.evaluation.metric.MomentsCollector;
import org.nextscale.evaluation.metric.PrecisionRecall;
import org.nextscale.evaluation.network.EvaluationNetwork;
import org.nextscale.files.PrintableText;

/**
 * Measures generated images, against real ones where a metric needs them. Streams: of each set it keeps mean, covariance and,
 * for precision and recall, the features. All is accumulated in float64. Images that cannot be used are left out; the report says how
 * many of how many, and why.
 *
 * <p>A Fréchet distance is called FID only in the features of {@link EvaluationNetwork#INCEPTION}; anywhere else it is a
 * {@code frechet-distance} that says whose features it is in, for the two cannot be compared.
 */
public final class Evaluation {
    private final EvaluationNetwork network;
    private final EvaluationSettings settings;
    private final ProgressListener progress;
    private final Cancellation cancellation;

    /** @param network stays open */
    public Evaluation(
            EvaluationNetwork network,
            EvaluationSettings settings,
            ProgressListener progress,
            Cancellation cancellation) {
        this.network = network;
        this.settings = settings;
        this.progress = progress;
        this.cancellation = cancellation;
    }

    /**
     * Measures.
     *
     * @throws InvalidInputException if a metric that was asked for cannot be measured, with the reason, before any work; or
     *     if images cannot be used
     * @throws java.util.concurrent.CancellationException if it was cancelled
     */
    public EvaluationReport run(ImageSource generated, Reference reference) {
        Set<Metric> metrics = metrics(reference);
        reference.statistics().ifPresent(this::requireSameNetwork);
        FeatureCollector real = null;
        boolean distance = metrics.contains(Metric.FRECHET_DISTANCE);
        boolean spatial = metrics.contains(Metric.SPATIAL_DISTANCE);
        boolean rows = metrics.contains(Metric.PRECISION) || metrics.contains(Metric.RECALL);
        boolean known = reference.statistics().isPresent();
        if (rows || !known && (distance || spatial)) {
            CollectedOutputs wanted = new CollectedOutputs(
                    moments(distance && !known),
                    spatialMoments(spatial && !known),
                    Optional.empty(),
                    rows(rows),
                    settings.precisionReferences(),
                    false);
            real = collect(reference.images().orElseThrow(), wanted, "real images");
        }
        CollectedOutputs wanted = new CollectedOutputs(
                moments(distance),
                spatialMoments(spatial),
                metrics.contains(Metric.SCORE)
                        ? Optional.of(new InceptionScore(
                                network.classes().getAsInt(), generated.most(), settings.chunk(), settings.shuffle()))
                        : Optional.empty(),
                rows(rows),
                Integer.MAX_VALUE,
                metrics.contains(Metric.ACCURACY));
        FeatureCollector made = collect(generated, wanted, "generated images");
        return new Results(metrics, real, made, reference.statistics()).report();
    }

    /**
     * What a Fréchet distance needs of real images, to be kept.
     *
     * @param leavesOut whether images that cannot be used may be left out; other programs will not know that they are missing
     * @throws InvalidInputException if there are fewer than two images, or one is left out that may not be
     */
    public ReferenceStatistics statistics(ImageSource real, boolean leavesOut) {
        CollectedOutputs wanted = new CollectedOutputs(
                moments(true),
                spatialMoments(network.spatial().isPresent()),
                Optional.empty(),
                Optional.empty(),
                0,
                false);
        FeatureCollector collected = collect(real, wanted, "real images");
        if (!leavesOut && collected.skipped().count() > 0) {
            throw collected.skipped().missing(collected.images(), real);
        }
        return new ReferenceStatistics(
                wanted.features().orElseThrow().moments(),
                wanted.spatial().map(MomentsCollector::moments),
                Optional.of(network.name()),
                OptionalLong.of(collected.images()),
                collected.skipped());
    }

    private Optional<MomentsCollector> moments(boolean needed) {
        return needed ? Optional.of(new MomentsCollector(network.features())) : Optional.empty();
    }

    private Optional<MomentsCollector> spatialMoments(boolean needed) {
        return needed ? Optional.of(new MomentsCollector(network.spatial().getAsInt())) : Optional.empty();
    }

    private Optional<FeatureRows> rows(boolean needed) {
        return needed ? Optional.of(new FeatureRows(network.features())) : Optional.empty();
    }

    private FeatureCollector collect(ImageSource source, CollectedOutputs wanted, String what) {
        FeatureCollector[] self = new FeatureCollector[1];
        self[0] = new FeatureCollector(
                network, wanted, cancellation, () -> progress.progress(what, self[0].images(), source.most()));
        source.read(self[0], cancellation);
        self[0].flush();
        boolean moments = wanted.features().isPresent() || wanted.spatial().isPresent();
        self[0].skipped().requireEnough(self[0].images(), moments ? 2 : 1, source);
        return self[0];
    }

    /** Those asked for, if all can be measured; else all that can. */
    private Set<Metric> metrics(Reference reference) {
        Set<Metric> possible = EnumSet.noneOf(Metric.class);
        for (Metric metric : Metric.values()) {
            Optional<String> obstacle = obstacle(metric, reference);
            if (obstacle.isEmpty()) {
                possible.add(metric);
            } else if (settings.metrics().contains(metric)) {
                throw new InvalidInputException(metric.word() + " cannot be measured: " + obstacle.get());
            }
        }
        if (!settings.metrics().isEmpty()) {
            possible.retainAll(settings.metrics());
        }
        return possible;
    }

    private Optional<String> obstacle(Metric metric, Reference reference) {
        boolean images = reference.images().isPresent();
        boolean statistics = reference.statistics().isPresent();
        return Optional.ofNullable(
                switch (metric) {
                    case FRECHET_DISTANCE -> images || statistics ? null : "it needs real images, or their statistics";
                    case SPATIAL_DISTANCE -> {
                        if (network.spatial().isEmpty()) {
                            yield "network " + network.name() + " has no output 'spatial'";
                        }
                        if (statistics) {
                            yield spatialObstacle(reference.statistics().get().spatial());
                        }
                        yield images ? null : "it needs real images, or their statistics";
                    }
                    case PRECISION, RECALL -> images ? null : "it needs real images, statistics are not enough";
                    case SCORE, ACCURACY ->
                        network.classes().isPresent()
                                ? null
                                : "network " + network.name() + " has no output 'probabilities'";
                });
    }

    private String spatialObstacle(Optional<FeatureMoments> statistics) {
        if (statistics.isEmpty()) {
            return "the real images' statistics hold none of spatial features";
        }
        int wanted = network.spatial().getAsInt();
        int found = statistics.get().features();
        return found == wanted
                ? null
                : "the real images' statistics are of " + found + " spatial features, the network has " + wanted;
    }

    private void requireSameNetwork(ReferenceStatistics statistics) {
        statistics.network().ifPresent(name -> {
            if (!name.equals(network.name())) {
                throw new InvalidInputException("the real images' statistics are of the features of "
                        + PrintableText.printable(name)
                        + ", the network is " + network.name());
            }
        });
        if (statistics.features().features() != network.features()) {
            throw new InvalidInputException("the real images' statistics are of "
                    + statistics.features().features() + " features, the network has " + network.features());
        }
    }

    /** Turns what was collected into numbers. */
    private final class Results {
        private final Set<Metric> metrics;
        private final Optional<FeatureCollector> real;
        private final FeatureCollector made;
        private final Optional<ReferenceStatistics> statistics;
        private final List<Measurement> measurements = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();

        Results(
                Set<Metric> metrics,
                FeatureCollector real,
                FeatureCollector made,
                Optional<ReferenceStatistics> statistics) {
            this.metrics = metrics;
            this.real = Optional.ofNullable(real);
            this.made = made;
            this.statistics = statistics;
        }

        EvaluationReport report() {
            progress.progress("comparing", 0, 1);
            long references = real.map(FeatureCollector::images)
                    .orElse(statistics.map(known -> known.images().orElse(0)).orElse(0L));
            SkippedImages skippedReferences = real.map(FeatureCollector::skipped)
                    .orElse(statistics.map(ReferenceStatistics::skipped).orElse(new SkippedImages()));
            distances();
            score();
            precisionAndRecall();
            accuracy();
            return new EvaluationReport(
                    Optional.of(network.name()),
                    made.images(),
                    made.skipped(),
                    references,
                    skippedReferences,
                    measurements,
                    notes);
        }

        private void distances() {
            made.collected().features().ifPresent(collector -> {
                FeatureMoments wanted = statistics
                        .map(ReferenceStatistics::features)
                        .orElseGet(() -> real.orElseThrow()
                                .collected()
                                .features()
                                .orElseThrow()
                                .moments());
                measurements.add(NetworkTerms.distance(network, FrechetDistance.between(collector.moments(), wanted)));
                if (made.images() <= network.features()) {
                    notes.add(made.images() + " images are few for " + network.features()
                            + " features: the distance comes out too large; the field takes 50,000");
                }
            });
            made.collected().spatial().ifPresent(collector -> {
                FeatureMoments wanted = statistics
                        .flatMap(ReferenceStatistics::spatial)
                        .orElseGet(() -> real.orElseThrow()
                                .collected()
                                .spatial()
                                .orElseThrow()
                                .moments());
                measurements.add(
                        NetworkTerms.spatialDistance(network, FrechetDistance.between(collector.moments(), wanted)));
            });
        }

        private void score() {
            made.collected().score().ifPresent(score -> measurements.add(NetworkTerms.score(network, score.score())));
        }

        private void precisionAndRecall() {
            if (made.collected().rows().isEmpty()) {
                return;
            }
            PrecisionRecall found = PrecisionRecall.of(
                    real.orElseThrow().collected().rows().orElseThrow(),
                    made.collected().rows().get(),
                    settings.neighbours(),
                    cancellation);
            if (metrics.contains(Metric.PRECISION)) {
                measurements.add(NetworkTerms.of(network, "precision", "Precision", found.precision()));
            }
            if (metrics.contains(Metric.RECALL)) {
                measurements.add(NetworkTerms.of(network, "recall", "Recall", found.recall()));
            }
        }

        private void accuracy() {
            if (!metrics.contains(Metric.ACCURACY)) {
                return;
            }
            long unknown = made.images() - made.labelled() - made.foreign();
            if (made.labelled() > 0) {
                measurements.add(NetworkTerms.of(network, "class-accuracy", "Class accuracy", made.accuracy()));
                if (unknown > 0) {
                    notes.add("the class of " + unknown + " of " + made.images()
                            + " images is not known; accuracy is of the others");
                }
                if (made.foreign() > 0) {
                    notes.add(foreignClasses() + "; accuracy is of the others");
                }
            } else if (settings.metrics().contains(Metric.ACCURACY)) {
                throw new InvalidInputException("accuracy cannot be measured: "
                        + (made.foreign() > 0
                                ? foreignClasses()
                                : "no image says its class; images in folders by class do, and those that"
                                        + " Nextscale made"));
            } else if (made.foreign() > 0) {
                notes.add("accuracy is not measured: " + foreignClasses());
            }
        }

        private String foreignClasses() {
            return "the class of " + made.foreign() + " of " + made.images() + " images is none of the network's "
                    + network.classes().getAsInt() + " (0 to "
                    + (network.classes().getAsInt() - 1) + "), the first is class " + made.firstForeign();
        }
    }
}
