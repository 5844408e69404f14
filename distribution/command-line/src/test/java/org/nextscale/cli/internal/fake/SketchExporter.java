package org.nextscale.cli.internal.fake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.nextscale.api.export.ModelExporter;
import org.nextscale.api.export.PreparedExport;
import org.nextscale.api.model.Model;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;

/** Writes the model's name and a colour. */
public final class SketchExporter implements ModelExporter {
    @Override
    public String id() {
        return "sketch";
    }

    @Override
    public String description() {
        return "a few words";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.choice("colour", "red", List.of("red", "blue"), "of the sketch"),
                Parameter.flag("overwrite", false, "hidden by the command's own --overwrite"));
    }

    @Override
    public PreparedExport prepare(Model model, ParameterValues options) {
        return new PreparedExport() {
            @Override
            public List<String> files() {
                return List.of("sketch.txt");
            }

            @Override
            public long bytes() {
                return 1;
            }

            @Override
            public void write(Path folder, ProgressListener progress, Cancellation cancellation) throws IOException {
                Files.writeString(folder.resolve("sketch.txt"), model.name() + " in " + options.choice("colour"));
                progress.progress("sketch.txt", 1, 1);
            }
        };
    }
}
