package org.nextscale.cli.internal.option;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.training.Trainer;
import picocli.CommandLine.Option;

/**
 * {@code --data}, {@code --out}, {@code --config}, {@code --resume}, and what a run is made of: what was typed; else what a
 * configuration file says; else, when a run is resumed, what it was begun with; else defaults.
 */
public final class TrainingOptions {
    private static final String DATA = "data";
    private static final String OUT = "out";

    @Option(
            names = "--data",
            paramLabel = "PATH",
            description =
                    "images: a folder with a folder of images for each class, of IDX files or of CIFAR batches, or what a plugin reads")
    private Path data;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "the run's folder: checkpoints, curves, samples, and at the end the model")
    private Path out;

    @Option(
            names = "--config",
            paramLabel = "FILE.yaml",
            description =
                    "lines NAME: VALUE for any of these options but this one and --resume; what is typed comes first")
    private Path config;

    @Option(
            names = "--resume",
            description =
                    "go on from the last checkpoint in --out, with the data and options that the run was begun with")
    private boolean resume;

    public boolean resumes() {
        return resume;
    }

    /**
     * What is to be done, every value checked; the images are not opened yet.
     *
     * @param data where they are
     * @param out the run's folder
     */
    public record PlannedRun(Path data, Path out, ParameterValues parameters) {}

    /**
     * Puts a run together.
     *
     * @param typed parameters that were typed, as text
     * @throws InvalidInputException for what is missing, unknown or not allowed
     */
    public PlannedRun plan(PluginInfo<Trainer> trainer, Map<String, String> typed) {
        Optional<YamlSettings> file = Optional.ofNullable(config).map(YamlSettings::read);
        file.ifPresent(settings -> settings.check(known(trainer), trainer.parameters()));
        Path folder = path(OUT, out, file, null);
        if (folder == null) {
            throw new InvalidInputException("say where the run's files go: --out FOLDER");
        }
        Map<String, String> given = new LinkedHashMap<>();
        String begunWith = null;
        if (resume) {
            StartedRun run = StartedRun.read(folder);
            run.requireTrainer(trainer.id());
            given.putAll(run.parameters());
            begunWith = run.data();
        }
        Path images = path(DATA, data, file, begunWith);
        if (images == null) {
            throw new InvalidInputException("say what to learn from: --data PATH");
        }
        file.ifPresent(settings -> settings.names().forEach(name -> given.put(name, settings.get(name))));
        given.remove(DATA);
        given.remove(OUT);
        given.putAll(typed);
        return new PlannedRun(images, folder, trainer.values(given));
    }

    private static Set<String> known(PluginInfo<Trainer> trainer) {
        Set<String> known = new LinkedHashSet<>(Set.of(DATA, OUT));
        trainer.parameters().stream().map(Parameter::name).forEach(known::add);
        return known;
    }

    private static Path path(String name, Path typed, Optional<YamlSettings> file, String otherwise) {
        if (typed != null) {
            return typed;
        }
        String said = file.map(settings -> settings.get(name)).orElse(otherwise);
        try {
            return said == null ? null : Path.of(said);
        } catch (InvalidPathException e) {
            throw new InvalidInputException(name + " is '" + said + "', which is no path", e);
        }
    }
}
