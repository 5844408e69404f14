package org.nextscale.cli.internal.command.plugin;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.cli.internal.text.NearestWord;

/** The kinds of plugins that a project can be begun for, each with the example that it begins as. */
enum ProjectKind {
    SAMPLER(
            PluginKind.SAMPLER,
            new Example("typical", "Typical", "Sampler"),
            "nextscale generate --class 0 --sampler %s",
            "nextscale verify --sampler %s"),
    GUIDANCE(
            PluginKind.GUIDANCE,
            new Example("interval", "Interval", "Guidance", "guidance interval:"),
            "nextscale generate --class 0 --guidance %s",
            "nextscale verify --guidance %s"),
    TOKENIZER(
            PluginKind.TOKENIZER,
            new Example("nearest-vq", "Nearest", "Tokenizer"),
            "nextscale verify --tokenizer %s --model MODEL   # whose config.json says \"tokenizer_type\": \"%s\""),
    BACKEND(
            PluginKind.BACKEND,
            new Example("plain-java", "PlainJava", "Backend"),
            "nextscale generate --class 0 --backend %s",
            "nextscale verify REFERENCE --backend %s         # a folder of reference-vectors"),
    EXPORTER(
            PluginKind.EXPORTER,
            new Example("npz", "Npz", "Exporter", "model export --npz "),
            "nextscale model export --%s --out FOLDER"),
    FEATURE_NETWORK(
            PluginKind.FEATURE_NETWORK,
            // Its id is how the files that it opens end.
            new Example("grid", "Grid", "Network", ".grid\"", ".grid}", " four.grid}"),
            "nextscale evaluate IMAGES --network FILE.%s --reference IMAGES --metrics fid"),
    TRAINER(
            PluginKind.TRAINER,
            new Example("mean-image", "MeanImage", "Trainer", "nextscale train mean-image}"),
            "nextscale train %s --data IMAGES --out RUN"),
    IMAGE_SET(
            PluginKind.IMAGE_SET,
            new Example("ppm", "Ppm", "ImageSet"),
            "nextscale train tokenizer --data FILE --out RUN   # and wherever else images are named");

    /**
     * What the names in an example are made of.
     *
     * @param stem what the names of its main classes begin with
     * @param noun what comes behind the stem, in those classes
     * @param places texts beside {@code "id"}, {@code "id:} and {@code {@code id}} that hold the id
     */
    record Example(String id, String stem, String noun, List<String> places) {
        Example(String id, String stem, String noun, String... places) {
            this(id, stem, noun, List.of(places));
        }
    }

    private final PluginKind<?> kind;
    private final Example example;
    private final List<String> uses;

    ProjectKind(PluginKind<?> kind, Example example, String... uses) {
        this.kind = kind;
        this.example = example;
        this.uses = List.of(uses);
    }

    /** @throws InvalidInputException that lists the kinds there are */
    static ProjectKind parse(String typed) {
        List<String> words = Arrays.stream(values()).map(ProjectKind::word).toList();
        int index = words.indexOf(typed);
        if (index < 0) {
            throw new InvalidInputException("there is no kind of plugin '" + typed + "', did you mean "
                    + NearestWord.of(typed, words) + "? There is " + String.join(", ", words));
        }
        return values()[index];
    }

    /** As it is typed, and the name of its folder in examples/plugins. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    PluginKind<?> kind() {
        return kind;
    }

    Example example() {
        return example;
    }

    /** Package of its example. */
    String examplePackage() {
        return "org.nextscale.examples." + word().replace("-", "");
    }

    /** What to type to use a plugin of this id. */
    List<String> uses(String id) {
        return uses.stream().map(use -> use.replace("%s", id)).toList();
    }
}
