package org.nextscale.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.export.ModelExporter;
import org.nextscale.api.export.PreparedExport;
import org.nextscale.api.model.Model;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.CancellationToken;
import org.nextscale.api.progress.ProgressListener;

/** What every {@link ModelExporter} must do. Whether other programs read what it writes is for its own tests. */
public abstract class ExporterSuite extends PluginSuite<ModelExporter> {
    /** How far off the announced size may be: it decides whether a disk has room. */
    private static final double SIZE = 0.25;

    @TempDir
    Path folder;

    protected ExporterSuite() {
        super(PluginKind.EXPORTER);
    }

    /** The model to export; a small one without more ado. */
    protected Path model() {
        return ReferenceVectors.folder();
    }

    private Path empty(String name) throws IOException {
        return Files.createDirectory(folder.resolve(name));
    }

    private static List<String> names(Path of) throws IOException {
        try (Stream<Path> files = Files.list(of)) {
            return files.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    private PreparedExport prepare(Model model) {
        return info().plugin().prepare(model, values());
    }

    @Test
    final void itWritesTheFilesThatItAnnouncedAndNothingBefore() throws IOException {
        try (Model model = engine().model(model())) {
            PreparedExport prepared = prepare(model);
            Path out = empty("out");
            assertEquals(List.of(), names(out));
            assertFalse(prepared.files().isEmpty());
            prepared.write(out, ProgressListener.NONE, Cancellation.NEVER);
            assertEquals(List.copyOf(new TreeSet<>(prepared.files())), names(out));
            long bytes = 0;
            for (String name : prepared.files()) {
                bytes += Files.size(out.resolve(name));
            }
            assertEquals(prepared.bytes(), bytes, SIZE * bytes, "bytes announced");
        }
    }

    @Test
    final void twoExportsOfAModelAreTheSame() throws IOException {
        try (Model model = engine().model(model())) {
            Path first = empty("first");
            Path second = empty("second");
            prepare(model).write(first, ProgressListener.NONE, Cancellation.NEVER);
            prepare(model).write(second, ProgressListener.NONE, Cancellation.NEVER);
            for (String name : names(first)) {
                assertEquals(-1, Files.mismatch(first.resolve(name), second.resolve(name)), name);
            }
        }
    }

    @Test
    final void itTellsHowFarItIs() throws IOException {
        try (Model model = engine().model(model())) {
            PreparedExport prepared = prepare(model);
            Set<String> files = new TreeSet<>();
            long[] last = {0, 0};
            prepared.write(
                    empty("told"),
                    (file, done, total) -> {
                        files.add(file);
                        assertTrue(done >= last[0] && done <= total, () -> done + " of " + total + " after " + last[0]);
                        last[0] = done;
                        last[1] = total;
                    },
                    Cancellation.NEVER);
            assertTrue(last[0] >= (1 - SIZE) * last[1], () -> "only " + last[0] + " of " + last[1] + " at the end");
            assertEquals(new TreeSet<>(prepared.files()), files, "files that it tells of");
        }
    }

    @Test
    final void itStopsWhenToldTo() throws IOException {
        try (Model model = engine().model(model())) {
            CancellationToken before = new CancellationToken();
            before.cancel();
            PreparedExport prepared = prepare(model);
            Path out = empty("stopped");
            assertThrows(CancellationException.class, () -> prepared.write(out, ProgressListener.NONE, before));

            CancellationToken midway = new CancellationToken();
            PreparedExport again = prepare(model);
            Path other = empty("stopped-midway");
            assertThrows(
                    CancellationException.class,
                    () -> again.write(other, (file, done, total) -> midway.cancel(), midway));
        }
    }
}
