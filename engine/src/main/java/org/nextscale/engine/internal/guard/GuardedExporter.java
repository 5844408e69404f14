package org.nextscale.engine.internal.guard;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.nextscale.api.NextscaleException;
import org.nextscale.api.PluginException;
import org.nextscale.api.export.ModelExporter;
import org.nextscale.api.export.PreparedExport;
import org.nextscale.api.model.Model;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.files.PrintableText;

/** An exporter whose failures name it. */
final class GuardedExporter extends GuardedPlugin<ModelExporter> implements ModelExporter {
    GuardedExporter(Described<ModelExporter> plugin) {
        super(plugin);
    }

    @Override
    public PreparedExport prepare(Model model, ParameterValues options) {
        return new Prepared(who(), PluginCalls.guarded(who(), () -> plugin().prepare(model, options)));
    }

    private record Prepared(String who, PreparedExport export) implements PreparedExport {
        @Override
        public List<String> files() {
            return PluginCalls.guarded(who, export::files);
        }

        @Override
        public long bytes() {
            return PluginCalls.guarded(who, export::bytes);
        }

        @Override
        public void write(Path folder, ProgressListener progress, Cancellation cancellation) throws IOException {
            try {
                export.write(folder, progress, cancellation);
            } catch (NextscaleException | CancellationException e) {
                throw e;
            } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
                throw new PluginException(who + " failed: " + PrintableText.reason(e), e);
            }
        }
    }
}
