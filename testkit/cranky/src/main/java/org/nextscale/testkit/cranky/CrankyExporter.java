package org.nextscale.testkit.cranky;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.nextscale.api.export.ModelExporter;
import org.nextscale.api.export.PreparedExport;
import org.nextscale.api.model.Model;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.osgi.service.component.annotations.Component;

/** Misbehaves in the middle of writing. Its nonsense is a file that it did not announce. */
@Component(service = ModelExporter.class)
public final class CrankyExporter implements CrankyPlugin, ModelExporter {
    private static final String FILE = "cranky.bin";

    @Override
    public PreparedExport prepare(Model model, ParameterValues options) {
        Mood mood = Mood.of(options);
        return mood == Mood.NULL ? null : new CrankyExport(mood);
    }

    private record CrankyExport(Mood mood) implements PreparedExport {
        @Override
        public List<String> files() {
            return List.of(FILE);
        }

        @Override
        public long bytes() {
            return 2;
        }

        @Override
        public void write(Path folder, ProgressListener progress, Cancellation cancellation) throws IOException {
            Files.write(folder.resolve(FILE), new byte[1]);
            mood.act();
            Files.write(folder.resolve(mood == Mood.NONSENSE ? "surprise.bin" : FILE), new byte[2]);
        }
    }
}
