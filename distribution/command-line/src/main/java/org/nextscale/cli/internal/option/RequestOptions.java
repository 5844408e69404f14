package org.nextscale.cli.internal.option;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.model.Condition;
import org.nextscale.api.model.Model;
import picocli.CommandLine.Option;

/** Which images and how many: {@code --class}, {@code -n}, {@code --seed}, {@code --batch}. */
public final class RequestOptions {
    @Option(
            names = "--class",
            paramLabel = "NAME|NUMBER",
            description = "what to show, by name or number: once, several times, or a list joined by commas;"
                    + " 'all' for every class of the model, 'none' for no class in particular")
    private List<String> classes = new ArrayList<>();

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "images of each class (default: 1)")
    private Integer count;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "of the random numbers: the same seed makes the same image (default: 0)")
    private Long seed;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "images computed together; changes the time, not the images (default: as memory allows)")
    private int batch;

    public boolean saysClasses() {
        return !classes.isEmpty();
    }

    /**
     * The request for these images, without sampler and guidance.
     *
     * @param earlier whose classes, numbers and seed hold where nothing else was typed
     * @param otherwise what to show where neither says it; if empty, a class must be typed
     */
    public GenerationRequest request(Model model, Optional<RecordedRequest> earlier, Optional<Condition> otherwise) {
        if (count != null && count < 1) {
            throw new InvalidInputException("-n is " + count + ", must be at least 1");
        }
        if (batch < 0) {
            throw new InvalidInputException(
                    "--batch is " + batch + ", must be at least 1, or 0 for as many as suit the machine");
        }
        List<Condition> conditions;
        if (!classes.isEmpty()) {
            ClassList list = new ClassList(
                    model.spec().transformer().classes(),
                    name -> model.classNames().resolve(name));
            conditions = repeated(list.conditions(classes));
        } else if (earlier.isPresent()) {
            List<Condition> before = earlier.get().provenance().conditions();
            conditions =
                    count == null ? before : repeated(before.stream().distinct().toList());
        } else {
            conditions = repeated(List.of(otherwise.orElseThrow(() -> new InvalidInputException(
                    "say what to show with --class NAME; nextscale model inspect lists the classes"))));
        }
        long first = earlier.map(RecordedRequest::firstImage).orElse(0L);
        long number = seed != null
                ? seed
                : earlier.map(recorded -> recorded.provenance().seed()).orElse(0L);
        return GenerationRequest.of(conditions)
                .withSeed(number)
                .withFirstImage(first)
                .withBatch(batch);
    }

    private List<Condition> repeated(List<Condition> conditions) {
        List<Condition> all = new ArrayList<>();
        for (Condition condition : conditions) {
            all.addAll(Collections.nCopies(count(), condition));
        }
        return all;
    }

    /** Images of each class, as far as was typed. */
    public int count() {
        return count == null ? 1 : count;
    }
}
