package org.nextscale.model.internal.pth;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.nextscale.api.export.PreparedExport;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.Model;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.checkpoint.TorchWriter;
import org.nextscale.files.WholeFile;
import org.nextscale.model.description.ModelConfig;

/** A tokenizer's and a transformer's checkpoint, and what tensors cannot tell in a {@code config.json} beside them. */
final class PthExport implements PreparedExport {
    private static final String TOKENIZER = "vae.pth";
    private static final String TRANSFORMER = "var.pth";
    private static final String CONFIG = "config.json";

    private final TorchWriter tokenizer;
    private final TorchWriter transformer;
    private final String config;

    /** @param type of the weights; if absent, as they are stored */
    PthExport(Model model, Optional<DataType> type) {
        StateDict state = new StateDict(model.spec(), type);
        tokenizer = state.tokenizer(model.tokenizerWeights());
        transformer = state.transformer(model.transformerWeights());
        config = ModelConfig.json(model.spec(), model.classNames().names());
    }

    @Override
    public List<String> files() {
        return List.of(CONFIG, TOKENIZER, TRANSFORMER);
    }

    @Override
    public long bytes() {
        return configBytes() + tokenizer.bytes() + transformer.bytes();
    }

    private long configBytes() {
        return config.getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public void write(Path folder, ProgressListener progress, Cancellation cancellation) {
        WholeFile.write(folder.resolve(CONFIG), config);
        long total = bytes();
        long first = configBytes();
        progress.progress(CONFIG, first, total);
        tokenizer.write(
                folder.resolve(TOKENIZER),
                (name, done, all) -> progress.progress(name, first + done, total),
                cancellation);
        long second = first + tokenizer.bytes();
        transformer.write(
                folder.resolve(TRANSFORMER),
                (name, done, all) -> progress.progress(name, second + done, total),
                cancellation);
    }
}
