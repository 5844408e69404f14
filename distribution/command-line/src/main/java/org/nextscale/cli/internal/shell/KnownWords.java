package org.nextscale.cli.internal.shell;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.nextscale.api.engine.BackendStatus;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.model.Model;
import org.nextscale.cli.internal.session.Session;

/** The names there are: classes of models, models, what is plugged in, files. Looked up anew each time. */
public final class KnownWords {
    private final Session session;

    public KnownWords(Session session) {
        this.session = session;
    }

    /** @param model as in {@code --model}; {@code null} for the one in use */
    List<Suggestion> classes(String model) {
        List<Suggestion> names = new ArrayList<>();
        try (Model opened = session.engine().model(session.modelFolder(model))) {
            opened.classNames().names().forEach(name -> names.add(new Suggestion(name)));
        }
        names.add(new Suggestion("all"));
        names.add(new Suggestion("none"));
        return names;
    }

    List<Suggestion> backends() {
        List<Suggestion> backends = new ArrayList<>();
        for (BackendStatus each : session.engine().backends()) {
            backends.add(new Suggestion(each.id(), each.info().description(), true));
        }
        backends.add(new Suggestion(Engine.BEST_BACKEND, "the best for this machine", true));
        return backends;
    }

    List<Suggestion> plugins(PluginKind<?> kind) {
        return session.engine().plugins(kind).stream()
                .map(each -> new Suggestion(each.id()))
                .toList();
    }

    /** Models by name, and files: a model is also named by its folder. */
    List<Suggestion> models(String begun) {
        List<Suggestion> models = new ArrayList<>();
        session.models().models().keySet().forEach(name -> models.add(new Suggestion(name)));
        models.addAll(files(begun));
        return models;
    }

    /** What a folder holds whose name is typed up to its last separator; hidden files only when asked for. */
    List<Suggestion> files(String begun) {
        int slash = Math.max(begun.lastIndexOf('/'), begun.lastIndexOf(File.separatorChar));
        String folder = begun.substring(0, slash + 1);
        String name = begun.substring(slash + 1);
        List<Suggestion> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of(folder.isEmpty() ? "." : folder))) {
            for (Path entry : entries) {
                String found = entry.getFileName().toString();
                if (!found.startsWith(".") || name.startsWith(".")) {
                    boolean inner = Files.isDirectory(entry);
                    files.add(new Suggestion(folder + found + (inner ? "/" : ""), null, !inner));
                }
            }
        } catch (IOException | InvalidPathException e) {
            return List.of();
        }
        files.sort(Comparator.comparing(Suggestion::text));
        return files;
    }
}
