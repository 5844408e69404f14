package org.nextscale.cli.internal.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.generation.ProgressListener;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceFactory;
import org.nextscale.cli.internal.Console;
import org.nextscale.cli.internal.Json;
import org.nextscale.cli.internal.ProvenanceJson;
import org.nextscale.cli.internal.Session;
import org.nextscale.cli.internal.output.Duration;
import org.nextscale.cli.internal.output.Listeners;
import org.nextscale.cli.internal.output.OutputTarget;
import org.nextscale.cli.internal.output.Profile;
import org.nextscale.cli.internal.output.ProgressLine;
import org.nextscale.cli.internal.output.ScaleSeries;
import org.nextscale.engine.BackendChoice;
import org.nextscale.engine.Engine;
import org.nextscale.engine.Nextscale;
import org.nextscale.engine.image.RgbImage;
import org.nextscale.engine.model.ModelPackage;

/**
 * Carries a request out and says what came of it: what {@code generate} and {@code edit} have in common.
 *
 * @param profile whether to say where the time went
 * @param json whether to answer in JSON
 */
record Generating(Session session, boolean profile, boolean json) {

    /**
     * @param model closed when this returns
     */
    void run(ModelPackage model, BackendChoice backend, GenerationRequest request, OutputTarget target) {
        long start = System.nanoTime();
        Made made = new Made(json);
        Optional<Profile> timing = profile ? Optional.of(profile(model, request)) : Optional.empty();
        try (ProgressLine line = new ProgressLine(session.console())) {
            line.say("loading " + model.name());
            session.work(model, backend, nextscale -> {
                timing.ifPresent(times -> times.loaded(System.nanoTime() - start));
                generate(nextscale, request, target, made, line, timing);
            });
        }
        report(made, target, timing.orElse(null), System.nanoTime() - start);
    }

    private void generate(
            Nextscale nextscale,
            GenerationRequest request,
            OutputTarget target,
            Made made,
            ProgressLine line,
            Optional<Profile> timing) {
        List<ProgressListener> watching = new ArrayList<>(List.of(line));
        timing.ifPresent(watching::add);
        ScaleSeries series = new ScaleSeries();
        if (target.wantsSeries()) {
            watching.add(series);
        }
        nextscale.generate(
                request,
                image -> {
                    int index = made.count();
                    List<RgbImage> steps = target.wantsSeries() ? series.of(index, RgbImage.of(image)) : List.of();
                    target.add(image, steps);
                    made.add(image.provenance());
                },
                new Listeners(watching),
                session.cancellation());
        target.finish();
    }

    private Profile profile(ModelPackage model, GenerationRequest request) {
        return new Profile(model.spec(), guidance(session.engine(), request));
    }

    private static Guidance guidance(Engine engine, GenerationRequest request) {
        GuidanceFactory factory = engine.guidances().stream()
                .filter(f -> f.id().equals(request.guidance().id()))
                .findFirst()
                .orElseThrow();
        return factory.create(ParameterValues.of(
                "guidance " + factory.id(),
                factory.parameters(),
                request.guidance().values()));
    }

    private void report(Made made, OutputTarget target, Profile timing, long nanoseconds) {
        Console console = session.console();
        if (json) {
            JsonObject document = new JsonObject();
            JsonArray list = new JsonArray();
            for (int i = 0; i < made.count(); i++) {
                JsonObject entry = ProvenanceJson.of(made.all.get(i));
                entry.addProperty("file", target.fileOf(i).toString());
                list.add(entry);
            }
            document.add("images", list);
            document.add(
                    "files",
                    Json.array(target.written().stream().map(Path::toString).toList()));
            document.addProperty("nanoseconds", nanoseconds);
            if (timing != null) {
                document.add("profile", timing.json());
            }
            console.json(document);
            return;
        }
        if (timing != null) {
            timing.lines().forEach(console::line);
        }
        console.line(summary(made, target, nanoseconds));
    }

    private String summary(Made made, OutputTarget target, long nanoseconds) {
        String what = made.count() == 1 ? "" : made.count() + " images";
        if (made.classes.size() == 1) {
            what += (what.isEmpty() ? "" : " of ") + made.classes.iterator().next();
        }
        String files = target.isFolder() ? target.written().size() + " files in " + target.path() : "" + target.path();
        return "wrote " + session.console().bold(files) + ": " + what + ", seed " + made.first.get("seed") + ", "
                + made.first.get("model") + " on " + id(made.first.get("backend")) + ", " + Duration.words(nanoseconds);
    }

    private static String id(String backend) {
        int colon = backend.indexOf(':');
        return colon < 0 ? backend : backend.substring(0, colon);
    }

    /** What is to be said about the images in the end; their pixels are written already. */
    private static final class Made {
        private final boolean keepsAll;
        private final List<Map<String, String>> all = new ArrayList<>();
        private final Set<String> classes = new LinkedHashSet<>();
        private Map<String, String> first;
        private int count;

        Made(boolean keepsAll) {
            this.keepsAll = keepsAll;
        }

        void add(Map<String, String> provenance) {
            if (count++ == 0) {
                first = provenance;
            }
            if (keepsAll) {
                all.add(provenance);
            }
            classes.add(provenance.getOrDefault("class-name", "no class"));
        }

        int count() {
            return count;
        }
    }
}
