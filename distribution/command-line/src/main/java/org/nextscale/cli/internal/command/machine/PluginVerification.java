package org.nextscale.cli.internal.command.machine;

import com.google.gson.JsonArray;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.api.verify.PromiseCheck;
import org.nextscale.cli.internal.session.Console;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.cli.internal.text.Json;
import picocli.CommandLine.Option;

/** {@code --sampler}, {@code --guidance} and {@code --tokenizer} of {@code nextscale verify}: a plugin against its promises. */
final class PluginVerification {
    @Option(
            names = "--sampler",
            paramLabel = "ID[:name=value,...]",
            description = "a sampler to check against what samplers promise")
    private String sampler;

    @Option(
            names = "--guidance",
            paramLabel = "ID[:name=value,...]",
            description = "a guidance to check against what guidances promise")
    private String guidance;

    @Option(
            names = "--tokenizer",
            paramLabel = "ID",
            description = "a tokenizer to check against what tokenizers promise, in a model that has it")
    private String tokenizer;

    @Option(
            names = "--model",
            paramLabel = "NAME|FOLDER",
            description = "the model of --tokenizer (default: the one that comes with Nextscale)")
    private String model;

    /** How many plugins were named. */
    int named() {
        return (int)
                Stream.of(sampler, guidance, tokenizer).filter(Objects::nonNull).count();
    }

    /** Checks the one that was named, and prints what was found; whether it keeps all its promises. */
    boolean run(Session session, boolean json) {
        if (model != null && tokenizer == null) {
            throw new InvalidInputException("--model goes with --tokenizer");
        }
        if (sampler != null) {
            return run(session, PluginKind.SAMPLER, sampler, Optional.empty(), json);
        }
        if (guidance != null) {
            return run(session, PluginKind.GUIDANCE, guidance, Optional.empty(), json);
        }
        return run(session, PluginKind.TOKENIZER, tokenizer, Optional.of(session.modelFolder(model)), json);
    }

    private static boolean run(Session session, PluginKind<?> kind, String typed, Optional<Path> folder, boolean json) {
        Console console = session.console();
        PluginChoice plugin = PluginChoice.parse(kind.toString(), typed);
        List<PromiseCheck> checks = session.engine()
                .verify(
                        kind,
                        plugin,
                        folder,
                        check -> {
                            if (!json) {
                                print(console, check);
                            }
                        },
                        session.cancellation());
        long broken = checks.stream().filter(check -> !check.holds()).count();
        if (json) {
            console.json(Json.object(kind.toString(), plugin, "holds", broken == 0, "checks", array(checks)));
        } else {
            String who = " by " + kind + " " + plugin;
            console.line(
                    broken == 0
                            ? console.good("all " + checks.size() + " promises are kept") + who
                            : console.bad(broken + " of " + checks.size() + " promises are BROKEN") + who);
        }
        return broken == 0;
    }

    private static void print(Console console, PromiseCheck check) {
        console.line((check.holds() ? console.good("ok    ") : console.bad("FAILED")) + "  " + check.promise());
        check.broken().ifPresent(how -> console.line("        " + console.bad(how)));
    }

    private static JsonArray array(List<PromiseCheck> checks) {
        JsonArray list = new JsonArray();
        for (PromiseCheck check : checks) {
            list.add(Json.object(
                    "promise",
                    check.promise(),
                    "holds",
                    check.holds(),
                    "broken",
                    check.broken().orElse("")));
        }
        return list;
    }
}
