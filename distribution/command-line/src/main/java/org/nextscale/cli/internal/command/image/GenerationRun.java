package org.nextscale.cli.internal.command.image;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nextscale.api.engine.ImageGenerator;
import org.nextscale.api.generation.BatchProgress;
import org.nextscale.api.generation.GeneratedImage;
import org.nextscale.api.generation.GenerationListener;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.generation.ScaleProgress;
import org.nextscale.api.image.Provenance;
import org.nextscale.api.image.RgbImage;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.cli.internal.output.OutputTarget;
import org.nextscale.cli.internal.output.Profile;
import org.nextscale.cli.internal.output.ProgressLine;
import org.nextscale.cli.internal.output.ScaleSeries;
import org.nextscale.cli.internal.session.Console;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.cli.internal.text.Duration;
import org.nextscale.cli.internal.text.Json;

/**
 * Carries a request out and says what came of it: what {@code generate} and {@code edit} have in common.
 *
 * @param wantsProfile whether to say where the time went
 * @param json whether to answer in JSON
 */
record GenerationRun(Session session, boolean wantsProfile, boolean json) {
    /** A request, and where its images go. */
    record Planned(GenerationRequest request, OutputTarget target) {}

    /** Several watchers of one request. */
    private record Watchers(List<GenerationListener> all) implements GenerationListener {
        @Override
        public void scaleDone(ScaleProgress progress) {
            all.forEach(listener -> listener.scaleDone(progress));
        }

        @Override
        public void decoded(BatchProgress progress) {
            all.forEach(listener -> listener.decoded(progress));
        }
    }

    /**
     * Makes the images.
     *
     * @param start when the command began, in nanoseconds
     * @param line shows how far it is; closed before anything is printed
     */
    void run(ImageGenerator generator, Planned planned, long start, ProgressLine line) {
        OutputTarget target = planned.target();
        Summary summary = new Summary(json);
        ScaleSeries series = new ScaleSeries();
        Optional<Profile> profile = Optional.empty();
        List<GenerationListener> watching = new ArrayList<>(List.of(line));
        if (wantsProfile) {
            profile = Optional.of(new Profile(generator.model().spec()));
            profile.get().loaded(System.nanoTime() - start);
            watching.add(profile.get());
        }
        if (target.wantsSeries()) {
            watching.add(series);
        }
        generator.generate(
                planned.request(),
                image -> {
                    List<RgbImage> steps = target.wantsSeries() ? series.of(summary.count, image.pixels()) : List.of();
                    target.add(image, steps);
                    summary.add(image);
                },
                new Watchers(watching),
                session.cancellation());
        target.finish();
        line.close();
        report(summary, target, profile, System.nanoTime() - start);
    }

    private void report(Summary summary, OutputTarget target, Optional<Profile> profile, long nanoseconds) {
        Console console = session.console();
        if (!json) {
            profile.ifPresent(timing -> timing.lines().forEach(line -> target.say(line, console)));
            target.say(summary.words(console, target, nanoseconds), console);
            return;
        }
        JsonArray images = new JsonArray();
        for (int i = 0; i < summary.count; i++) {
            JsonObject entry = Json.object(summary.kept.get(i).typedEntries());
            entry.addProperty("file", target.fileOf(i).toString());
            images.add(entry);
        }
        JsonObject document = new JsonObject();
        document.add("images", images);
        document.add(
                "files",
                Json.array(target.written().stream().map(Path::toString).toList()));
        document.addProperty("nanoseconds", nanoseconds);
        profile.ifPresent(timing -> document.add("profile", timing.json()));
        console.json(document);
    }

    /** What is to be said about the images in the end; their pixels are written already. */
    private static final class Summary {
        private final boolean keepsAll;
        private final List<Provenance> kept = new ArrayList<>();
        private final Set<String> classes = new LinkedHashSet<>();
        private int count;

        Summary(boolean keepsAll) {
            this.keepsAll = keepsAll;
        }

        void add(GeneratedImage image) {
            if (count++ == 0 || keepsAll) {
                kept.add(image.provenance());
            }
            String name = image.provenance().className();
            classes.add(name.isEmpty() ? "no class" : name);
        }

        String words(Console console, OutputTarget target, long nanoseconds) {
            String what = count == 1 ? "" : count + " images";
            if (classes.size() == 1) {
                what += (what.isEmpty() ? "" : " of ") + classes.iterator().next();
            }
            String files =
                    target.isFolder() ? target.written().size() + " files in " + target.path() : "" + target.path();
            Provenance first = kept.get(0);
            return "wrote " + console.bold(files) + ": " + what + ", seed " + first.seed() + ", " + first.model()
                    + " on " + first.backend().map(PluginChoice::id).orElseThrow() + ", "
                    + Duration.words(nanoseconds);
        }
    }
}
