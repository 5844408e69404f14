package org.nextscale.model.making;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.backend.support.TokenizerTensors;
import org.nextscale.backend.support.TransformerTensors;
import org.nextscale.checkpoint.SafetensorsWriter;
import org.nextscale.checkpoint.tensor.WrittenFile;
import org.nextscale.files.FileErrors;
import org.nextscale.files.PrintableText;
import org.nextscale.files.StagedFolder;
import org.nextscale.model.ModelPackage;
import org.nextscale.model.description.FileDigest;
import org.nextscale.model.description.ModelManifest;
import org.nextscale.model.description.ModelOrigin;
import org.nextscale.model.description.NamedClasses;
import org.nextscale.model.internal.manifest.ManifestFile;

/** Writes a model package: the two files of weights, then the {@code model.json} that vouches for them. */
final class PackageWriter {
    private static final Set<String> FILES =
            Set.of(ManifestFile.NAME, ManifestFile.TOKENIZER, ManifestFile.TRANSFORMER);

    private final String name;
    private final String description;
    private final ModelSpec spec;
    private final DataType dataType;
    private final List<String> classNames;
    private final SafetensorsWriter tokenizer = new SafetensorsWriter().metadata("format", "pt");
    private final SafetensorsWriter transformer = new SafetensorsWriter().metadata("format", "pt");

    PackageWriter(String name, String description, ModelSpec spec, DataType dataType, List<String> classNames) {
        if (name.isBlank() || !PrintableText.isName(name)) {
            throw new InvalidInputException(
                    "\"" + PrintableText.printable(name) + "\" is no name for a model: printable text, please");
        }
        if (!PrintableText.isPrintable(description)) {
            throw new InvalidInputException("the description of a model is one printable line, not \""
                    + PrintableText.printable(description) + "\"");
        }
        if (dataType == DataType.I64) {
            throw new InvalidInputException("weights are stored as F32, F16 or BF16, not as I64");
        }
        this.name = name;
        this.description = description;
        this.spec = spec;
        this.dataType = dataType;
        this.classNames = NamedClasses.requirePrintable(classNames);
    }

    /** Announces every tensor of the tokenizer. */
    void tokenizer(BiConsumer<SafetensorsWriter, TensorShape> add) {
        TokenizerTensors.all(spec.tokenizer(), spec.pyramid()).forEach(each -> add.accept(tokenizer, each));
    }

    /** Announces tensors that only this type of tokenizer has. */
    void tokenizer(List<String> names, BiConsumer<SafetensorsWriter, String> add) {
        names.forEach(each -> add.accept(tokenizer, each));
    }

    /** Announces every tensor of the transformer. */
    void transformer(BiConsumer<SafetensorsWriter, TensorShape> add) {
        TransformerTensors.all(spec.transformer()).forEach(each -> add.accept(transformer, each));
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
    ModelManifest write(StagedFolder folder, ModelOrigin origin, ProgressListener progress, Cancellation cancellation) {
        long first = tokenizer.bytes();
        long total = first + transformer.bytes();
        FileDigest tokenizerFile = write(
                tokenizer,
                folder,
                ManifestFile.TOKENIZER,
                cancellation,
                (name, written, all) -> progress.progress(name, written, total));
        FileDigest transformerFile = write(
                transformer,
                folder,
                ManifestFile.TRANSFORMER,
                cancellation,
                (name, written, all) -> progress.progress(name, first + written, total));
        ModelManifest manifest = new ModelManifest(
                name, description, spec, dataType, classNames, tokenizerFile, transformerFile, origin);
        Path manifestFile = folder.path().resolve(ManifestFile.NAME);
        try {
            Files.writeString(manifestFile, ManifestFile.write(manifest));
        } catch (IOException e) {
            throw FileErrors.writing(manifestFile, e);
        }
        ModelPackage.open(folder.path()).close();
        folder.commit();
        return manifest;
    }

    private static FileDigest write(
            SafetensorsWriter writer,
            StagedFolder folder,
            String fileName,
            Cancellation cancellation,
            ProgressListener progress) {
        WrittenFile written = writer.write(folder.path().resolve(fileName), progress, cancellation);
        return new FileDigest(fileName, written.bytes(), written.sha256());
    }
}
