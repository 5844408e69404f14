package org.nextscale.engine.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.engine.checkpoint.SafetensorsWriter;
import org.nextscale.engine.checkpoint.WriteProgress;
import org.nextscale.engine.checkpoint.WrittenFile;
import org.nextscale.engine.internal.checkpoint.FileText;
import org.nextscale.engine.internal.checkpoint.PositionalFile;

/** Writes a model package: the two files of weights, then the {@code model.json} that vouches for them. */
final class PackageWriter {
    static final String TOKENIZER = "tokenizer.safetensors";
    static final String TRANSFORMER = "transformer.safetensors";
    private static final Set<String> FILES = Set.of(ManifestFile.NAME, TOKENIZER, TRANSFORMER);

    private final String name;
    private final String description;
    private final ModelSpec spec;
    private final DataType dataType;
    private final List<String> classNames;
    private final SafetensorsWriter tokenizer = new SafetensorsWriter().metadata("format", "pt");
    private final SafetensorsWriter transformer = new SafetensorsWriter().metadata("format", "pt");

    PackageWriter(String name, String description, ModelSpec spec, DataType dataType, List<String> classNames) {
        if (name.isBlank() || !FileText.isName(name)) {
            throw new InvalidInputException(
                    "\"" + FileText.printable(name) + "\" is no name for a model: printable text, please");
        }
        if (dataType == DataType.I64) {
            throw new InvalidInputException("weights are stored as F32, F16 or BF16, not as I64");
        }
        this.name = name;
        this.description = description;
        this.spec = spec;
        this.dataType = dataType;
        this.classNames = classNames;
    }

    /** Announces every tensor of the tokenizer. */
    void tokenizer(BiConsumer<SafetensorsWriter, ExpectedTensor> add) {
        ExpectedTensors.tokenizer(spec.tokenizer(), spec.pyramid()).forEach(each -> add.accept(tokenizer, each));
    }

    /** Announces every tensor of the transformer. */
    void transformer(BiConsumer<SafetensorsWriter, ExpectedTensor> add) {
        ExpectedTensors.transformer(spec.transformer()).forEach(each -> add.accept(transformer, each));
    }

    /** The folder to be written, after a look whether it may be and whether there is room. */
    StagedFolder stage(Path target, boolean overwrite) {
        StagedFolder folder = StagedFolder.of(target, "a model package", overwrite, FILES);
        try {
            folder.requireSpace(tokenizer.bytes() + transformer.bytes());
            return folder;
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    /** Writes all files, opens the result once to see that it is a model, and moves it to its place. */
    ModelManifest write(StagedFolder folder, ModelOrigin origin, WriteProgress progress) {
        long first = tokenizer.bytes();
        long total = first + transformer.bytes();
        FileDigest tokenizerFile =
                write(tokenizer, folder, TOKENIZER, (written, all) -> progress.written(written, total));
        FileDigest transformerFile =
                write(transformer, folder, TRANSFORMER, (written, all) -> progress.written(first + written, total));
        ModelManifest manifest = new ModelManifest(
                name, description, spec, dataType, classNames, tokenizerFile, transformerFile, origin);
        Path manifestFile = folder.path().resolve(ManifestFile.NAME);
        try {
            Files.writeString(manifestFile, ManifestFile.write(manifest));
        } catch (IOException e) {
            throw PositionalFile.failure(manifestFile, e);
        }
        ModelPackage.open(folder.path()).close();
        folder.commit();
        return manifest;
    }

    private static FileDigest write(
            SafetensorsWriter writer, StagedFolder folder, String fileName, WriteProgress progress) {
        WrittenFile written = writer.write(folder.path().resolve(fileName), progress);
        return new FileDigest(fileName, written.bytes(), written.sha256());
    }
}
