package org.nextscale.examples.exporter;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.nextscale.api.export.PreparedExport;
import org.nextscale.api.model.Model;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;

/** A model as two archives that are planned and not written yet: all that is kept of it is where its tensors can be read. */
record NpzExport(NpzArchive tokenizer, NpzArchive transformer) implements PreparedExport {
    static NpzExport of(Model model) {
        return new NpzExport(
                new NpzArchive("tokenizer.npz", model.tokenizerWeights()),
                new NpzArchive("transformer.npz", model.transformerWeights()));
    }

    @Override
    public List<String> files() {
        return List.of(tokenizer.name(), transformer.name());
    }

    @Override
    public long bytes() {
        return tokenizer.bytes() + transformer.bytes();
    }

    /** Progress counts the bytes of both files together. */
    @Override
    public void write(Path folder, ProgressListener progress, Cancellation cancellation) throws IOException {
        long total = bytes();
        long first = tokenizer.bytes();
        tokenizer.write(folder, done -> progress.progress(tokenizer.name(), done, total), cancellation);
        transformer.write(folder, done -> progress.progress(transformer.name(), first + done, total), cancellation);
    }
}
