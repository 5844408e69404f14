package org.nextscale.evaluation.network;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.evaluation.FeatureNetwork;
import org.nextscale.api.evaluation.FeatureNetworkProvider;
import org.nextscale.api.image.RgbImage;
import org.nextscale.evaluation.images.LabelledImage;

/**
 * A network that images are measured with: a file with outputs {@code features} [batch, D] and, if it has them,
 * {@code spatial} [batch, S] (for sFID) and {@code probabilities} [batch, classes]. What the file says about itself
 * ({@code nextscale.features}, {@code nextscale.range}, {@code nextscale.resize}) can be said instead when it is opened.
 * Thread-safe.
 */
public final class EvaluationNetwork implements AutoCloseable {
    /** The network that FID, sFID and Inception Score are defined with. */
    public static final String INCEPTION = "inception-v3-2015-12-05";

    public static final String FEATURES = "features";
    public static final String SPATIAL = "spatial";
    public static final String PROBABILITIES = "probabilities";

    private static final int INCEPTION_FEATURES = 2048;
    private static final int INCEPTION_SPATIAL = 2023;
    private static final int INCEPTION_CLASSES = 1008;

    private final FeatureNetwork network;
    private final Path file;
    private final String name;
    private final Preprocessing preprocessing;
    private final OptionalInt features;
    private final OptionalInt spatial;
    private final OptionalInt classes;
    private final List<String> classNames;

    /**
     * What is said about a network from outside, before what its file says.
     *
     * @param name what the features are called in reports; {@link #INCEPTION} for that network alone
     * @param range {@code LOW,HIGH}: what black and white become
     * @param resize {@code none} or {@code tf1-bilinear}
     */
    public record Description(Optional<String> name, Optional<String> range, Optional<String> resize) {
        /** All as the file has it. */
        public static final Description OF_FILE = new Description(Optional.empty(), Optional.empty(), Optional.empty());
    }

    private EvaluationNetwork(FeatureNetwork network, Path file, Description said) {
        this.network = network;
        this.file = file;
        Map<String, String> properties = network.properties();
        name = said.name()
                .or(() -> Optional.ofNullable(properties.get("nextscale.features")))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .orElse(String.valueOf(file.getFileName()));
        preprocessing = Preprocessing.parse(
                said.range().orElseGet(() -> properties.getOrDefault("nextscale.range", "-1,1")),
                said.resize().orElseGet(() -> properties.getOrDefault("nextscale.resize", "none")));
        classNames = properties.getOrDefault("nextscale.classes", "").lines().toList();
        features = size(FEATURES);
        spatial = size(SPATIAL);
        classes = size(PROBABILITIES);
        if (features.isEmpty()) {
            throw new InvalidInputException(file + " has no output 'features' [batch, D]; it has "
                    + network.outputs().entrySet().stream()
                            .map(output -> output.getKey() + " " + inWords(output.getValue()))
                            .collect(Collectors.joining(", ")));
        }
        if (isInception()) {
            require(FEATURES, features, INCEPTION_FEATURES);
            require(SPATIAL, spatial, INCEPTION_SPATIAL);
            require(PROBABILITIES, classes, INCEPTION_CLASSES);
        }
    }

    /**
     * Opens a network with whatever is plugged in for files of its ending.
     *
     * @throws InvalidInputException if nothing opens such files, or the file is no such network
     */
    public static EvaluationNetwork open(Engine engine, Path file, Description said) {
        String ending = file.getFileName().toString().toLowerCase(Locale.ROOT).replaceFirst(".*\\.", "");
        List<PluginInfo<FeatureNetworkProvider>> providers = engine.plugins(PluginKind.FEATURE_NETWORK);
        PluginInfo<FeatureNetworkProvider> provider = providers.stream()
                .filter(each -> each.id().equals(ending))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException("nothing that is plugged in opens " + file
                        + (providers.isEmpty()
                                ? ": no feature networks at all"
                                : ": it must end with "
                                        + providers.stream()
                                                .map(each -> "." + each.id())
                                                .collect(Collectors.joining(" or ")))));
        return of(provider.plugin().open(file), file, said);
    }

    /** Takes over a network that is open: it is closed with the result, also when it is refused. */
    static EvaluationNetwork of(FeatureNetwork network, Path file, Description said) {
        try {
            return new EvaluationNetwork(network, file, said);
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
    }

    /** The width of an output that may be there. */
    private OptionalInt size(String output) {
        List<OptionalLong> shape = network.outputs().get(output);
        if (shape == null) {
            return OptionalInt.empty();
        }
        long size = shape.size() == 1 ? shape.get(0).orElse(0) : 0;
        if (size < 1 || size > Short.MAX_VALUE) {
            throw new InvalidInputException(file + ": output '" + output + "' has the sizes " + inWords(shape)
                    + " behind the batch, one size that is known is needed: [batch, D]");
        }
        return OptionalInt.of((int) size);
    }

    private static String inWords(List<OptionalLong> shape) {
        return shape.stream()
                .map(size -> size.isPresent() ? Long.toString(size.getAsLong()) : "?")
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private void require(String output, OptionalInt found, int wanted) {
        if (found.isPresent() && found.getAsInt() != wanted) {
            throw new InvalidInputException(file + " is called " + INCEPTION + ", but its output '" + output + "' has "
                    + found.getAsInt() + " values, Inception has " + wanted);
        }
    }

    /** What its features are called. */
    public String name() {
        return name;
    }

    /** Whether its features are those that FID is defined with. */
    public boolean isInception() {
        return name.equals(INCEPTION);
    }

    /** How many features an image has. */
    public int features() {
        return features.getAsInt();
    }

    /** How many spatial features, if it has them. */
    public OptionalInt spatial() {
        return spatial;
    }

    /** How many classes it knows, if any. */
    public OptionalInt classes() {
        return classes;
    }

    /** The network's number for an image's class: by its name where the network says its classes' names, else the image's number. */
    public OptionalInt classOf(LabelledImage image) {
        int named = image.className().map(classNames::indexOf).orElse(-1);
        return named >= 0 ? OptionalInt.of(named) : image.label();
    }

    /** Pixels along an edge that images must have; empty if they may have any. */
    public OptionalInt side() {
        return preprocessing.resize() == Preprocessing.Resize.NONE
                ? network.input().height()
                : OptionalInt.empty();
    }

    /**
     * Runs images through it.
     *
     * @param images all of one size
     * @param wanted names of outputs
     * @return by name {@code [images, …]}
     * @throws InvalidInputException if images are not of the size it takes, or something it gives is not finite
     */
    public Map<String, float[]> run(List<RgbImage> images, Set<String> wanted) {
        int height = network.input().height().orElse(images.get(0).height());
        int width = network.input().width().orElse(images.get(0).width());
        int size = Math.multiplyExact(3, Math.multiplyExact(height, width));
        float[] input = new float[Math.multiplyExact(images.size(), size)];
        for (int i = 0; i < images.size(); i++) {
            preprocessing.write(images.get(i), height, width, input, i * size);
        }
        Map<String, float[]> outputs = network.run(input, images.size(), height, width, wanted);
        for (String output : wanted) {
            check(output, outputs.get(output), images.size());
        }
        return outputs;
    }

    private void check(String output, float[] values, int images) {
        int width = size(output).getAsInt();
        if (values.length != images * width) {
            throw new InvalidInputException(file + ": output '" + output + "' has " + values.length + " values for "
                    + images + " images, its shape says " + width + " each");
        }
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new InvalidInputException(file + ": output '" + output + "' is not finite for some image");
            }
        }
        if (output.equals(PROBABILITIES)) {
            for (int i = 0; i < images; i++) {
                checkSum(values, i * width, width);
            }
        }
    }

    private void checkSum(float[] probabilities, int from, int count) {
        double sum = 0;
        for (int c = 0; c < count; c++) {
            double p = probabilities[from + c];
            sum += p < 0 ? Double.NaN : p;
        }
        if (!(Math.abs(sum - 1) < 1e-3)) {
            throw new InvalidInputException(
                    file + ": output 'probabilities' holds no probabilities: they are negative or do not add up to 1");
        }
    }

    @Override
    public void close() {
        network.close();
    }
}
