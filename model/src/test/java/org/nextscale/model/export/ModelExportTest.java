package org.nextscale.model.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.FileException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.PluginException;
import org.nextscale.api.export.ModelExporter;
import org.nextscale.api.export.PreparedExport;
import org.nextscale.api.model.Model;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.checkpoint.internal.ReferenceVectors;
import org.nextscale.model.ModelPackage;

/** An export appears whole or not at all, whatever the exporter does. */
class ModelExportTest {
    @TempDir
    Path folder;

    private final ModelPackage model = ModelPackage.open(ReferenceVectors.set("base"));
    private Path target;

    @BeforeEach
    void choose() {
        target = folder.resolve("new/export");
    }

    @AfterEach
    void close() {
        model.close();
    }

    /** What an exporter does when it is to write. */
    private interface Writing {
        void write(Path folder, ProgressListener progress, Cancellation cancellation) throws IOException;
    }

    private record Exporter(long bytes, Writing writing) implements ModelExporter {
        @Override
        public String id() {
            return "test";
        }

        @Override
        public String description() {
            return "for tests";
        }

        @Override
        public List<Parameter> parameters() {
            return List.of(Parameter.flag("broken", false, "fails when it plans"));
        }

        @Override
        public PreparedExport prepare(Model model, ParameterValues options) {
            assertEquals(10, model.classNames().size());
            if (options.flag("broken")) {
                throw new IllegalStateException("as asked for");
            }
            return new PreparedExport() {
                @Override
                public List<String> files() {
                    return List.of("b", "a");
                }

                @Override
                public long bytes() {
                    return bytes;
                }

                @Override
                public void write(Path target, ProgressListener progress, Cancellation cancellation)
                        throws IOException {
                    writing.write(target, progress, cancellation);
                }
            };
        }
    }

    private static Exporter writing(String text) {
        return new Exporter(2, (to, progress, cancellation) -> {
            Files.writeString(to.resolve("a"), text);
            progress.progress("a", 1, 2);
            cancellation.throwIfCancelled();
            Files.writeString(to.resolve("b"), text);
            progress.progress("b", 2, 2);
        });
    }

    private WrittenFolder run(ModelExporter exporter, boolean overwrite) {
        return new ModelExport(model, Map.of(), target, overwrite)
                .run(exporter, ProgressListener.NONE, Cancellation.NEVER);
    }

    @Test
    void writesAndReplacesOnRequest() throws IOException {
        assertEquals(new WrittenFolder(target, 2, 2), run(writing("x"), false));
        String refused = assertThrows(InvalidInputException.class, () -> run(writing("y"), false))
                .getMessage();
        assertTrue(refused.contains("already holds an export as test"), refused);
        run(writing("y"), true);
        assertEquals("y", Files.readString(target.resolve("b")));
    }

    @Test
    void aFailureLeavesNothing() throws IOException {
        String said = assertThrows(
                        FileException.class,
                        () -> run(
                                new Exporter(2, (to, progress, cancellation) -> {
                                    Files.writeString(to.resolve("a"), "half");
                                    throw new IOException("No space left on device");
                                }),
                                false))
                .getMessage();
        assertEquals(target + ": cannot be written: No space left on device", said);
        assertFalse(Files.exists(folder.resolve("new")));

        run(writing("x"), false);
        assertThrows(
                IllegalStateException.class,
                () -> new ModelExport(model, Map.of(), target, true)
                        .run(
                                writing("y"),
                                (file, written, total) -> {
                                    throw new IllegalStateException("enough");
                                },
                                Cancellation.NEVER));
        assertThrows(
                CancellationException.class,
                () -> new ModelExport(model, Map.of(), target, true)
                        .run(writing("y"), ProgressListener.NONE, () -> true));
        assertEquals("x", Files.readString(target.resolve("a")));
        assertEquals(List.of("export"), List.of(folder.resolve("new").toFile().list()));
    }

    @Test
    void aDiskThatIsTooSmallIsSaidBeforehand() {
        String said = assertThrows(
                        FileException.class,
                        () -> run(
                                new Exporter(Long.MAX_VALUE, (to, progress, cancellation) -> {
                                    throw new AssertionError("began to write");
                                }),
                                false))
                .getMessage();
        assertTrue(said.contains("MB, the disk has "), said);
        assertFalse(Files.exists(folder.resolve("new")));
    }

    @Test
    void anExporterThatDoesNotDoWhatItSaysIsNamed() {
        ModelExport broken = new ModelExport(model, Map.of("broken", "true"), target, false);
        assertThrows(
                IllegalStateException.class,
                () -> broken.run(writing("x"), ProgressListener.NONE, Cancellation.NEVER),
                "the engine's guard puts that in words");
        assertFalse(Files.exists(target));
        String wrote = assertThrows(
                        PluginException.class,
                        () -> run(
                                new Exporter(
                                        1, (to, progress, cancellation) -> Files.writeString(to.resolve("c"), "x")),
                                false))
                .getMessage();
        assertEquals("exporter test announced the files [a, b] and wrote [c]", wrote);
        assertFalse(Files.exists(folder.resolve("new")));
        ModelExport unknown = new ModelExport(model, Map.of("size", "1"), target, false);
        assertThrows(
                InvalidInputException.class,
                () -> unknown.run(writing("x"), ProgressListener.NONE, Cancellation.NEVER));
    }
}
