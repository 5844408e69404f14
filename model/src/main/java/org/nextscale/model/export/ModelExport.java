package org.nextscale.model.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.nextscale.api.PluginException;
import org.nextscale.api.export.ModelExporter;
import org.nextscale.api.export.PreparedExport;
import org.nextscale.api.model.Model;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.files.FileErrors;
import org.nextscale.files.StagedFolder;

/**
 * Writes a model as files that other programs read. The folder appears whole or not at all.
 *
 * @param model stays open
 * @param options of the exporter by name, as text or as the parameter's own type
 * @param target the folder to make
 * @param overwrite whether an earlier export of the same kind at the target may be replaced
 */
public record ModelExport(Model model, Map<String, ?> options, Path target, boolean overwrite) {

    public ModelExport {
        options = Map.copyOf(options);
    }

    /**
     * Writes it.
     *
     * @throws org.nextscale.api.InvalidInputException with one line: an option that does not exist, a target that is not
     *     free; nothing is left behind then
     * @throws org.nextscale.api.FileException if the disk is full, for instance; nothing is left behind then
     * @throws PluginException if the exporter is at fault; nothing is left behind either
     */
    public WrittenFolder run(ModelExporter exporter, ProgressListener progress, Cancellation cancellation) {
        String who = "exporter " + exporter.id();
        ParameterValues values = ParameterValues.of(who, exporter.parameters(), options);
        PreparedExport prepared = exporter.prepare(model, values);
        Set<String> files = new TreeSet<>(prepared.files());
        String what = "an export as " + exporter.id();
        try (StagedFolder folder = StagedFolder.of(target, what, overwrite, files)) {
            long total = prepared.bytes();
            folder.requireSpace(total);
            prepared.write(
                    folder.path(),
                    (file, done, all) -> progress.progress(file, Math.min(done, total), total),
                    cancellation);
            WrittenFolder written = measured(folder.path(), files, who);
            folder.commit();
            return written;
        } catch (IOException e) {
            throw FileErrors.writing(target, e);
        }
    }

    /** What an exporter says it writes is what may be overwritten later, so that it must be true. */
    private WrittenFolder measured(Path folder, Set<String> announced, String who) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> found = entries.sorted().toList();
            List<String> names =
                    found.stream().map(each -> each.getFileName().toString()).toList();
            if (!names.equals(List.copyOf(announced))) {
                throw new PluginException(who + " announced the files " + announced + " and wrote " + names);
            }
            long bytes = 0;
            for (Path each : found) {
                bytes += Files.size(each);
            }
            return new WrittenFolder(target, found.size(), bytes);
        }
    }
}
