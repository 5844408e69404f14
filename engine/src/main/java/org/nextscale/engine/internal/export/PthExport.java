package org.nextscale.engine.internal.export;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.nextscale.api.export.ExportSource;
import org.nextscale.api.export.PreparedExport;
import org.nextscale.api.model.DataType;
import org.nextscale.engine.internal.checkpoint.TorchOutput;
import org.nextscale.engine.model.ModelConfig;

/** A tokenizer's and a transformer's checkpoint, and what tensors cannot tell in a {@code config.json} beside them. */
final class PthExport implements PreparedExport {
    private static final String TOKENIZER = "vae.pth";
    private static final String TRANSFORMER = "var.pth";
    private static final String CONFIG = "config.json";

    private final TorchOutput tokenizer;
    private final TorchOutput transformer;
    private final byte[] config;

    /** @param type of the weights; if absent, as they are stored */
    PthExport(ExportSource model, Optional<DataType> type) {
        StateDict state = new StateDict(model.spec(), type);
        tokenizer = new TorchOutput(state.tokenizer(model.tokenizer()));
        transformer = new TorchOutput(state.transformer(model.transformer()));
        config = ModelConfig.json(model.spec(), model.classNames()).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public List<String> files() {
        return List.of(CONFIG, TOKENIZER, TRANSFORMER);
    }

    @Override
    public long bytes() {
        return tokenizer.bytes() + transformer.bytes() + config.length;
    }

    @Override
    public void write(Path folder, LongConsumer progress) throws IOException {
        Files.write(folder.resolve(CONFIG), config);
        tokenizer.write(folder.resolve(TOKENIZER), progress);
        long before = tokenizer.bytes();
        transformer.write(folder.resolve(TRANSFORMER), written -> progress.accept(before + written));
    }
}
