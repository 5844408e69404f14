package org.nextscale.image.internal.set;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.ImageSize;
import org.nextscale.api.image.Provenance;
import org.nextscale.api.image.RgbImage;
import org.nextscale.image.ImageFiles;
import org.nextscale.image.ProvenanceText;

/** Pictures of a folder, each decoded when it is asked for. */
record FolderImageSet(Path folder, PictureFiles pictures) implements ImageSet {
    @Override
    public String description() {
        return folder.toString();
    }

    @Override
    public int size() {
        return pictures.files().size();
    }

    @Override
    public String name(int index) {
        return pictures.files().get(index).toString();
    }

    @Override
    public List<String> classNames() {
        return pictures.classNames();
    }

    @Override
    public OptionalInt label(int index) {
        int label = pictures.labels()[index];
        return label == PictureFiles.NONE ? OptionalInt.empty() : OptionalInt.of(label);
    }

    @Override
    public RgbImage image(int index) {
        return ImageFiles.read(pictures.files().get(index));
    }

    @Override
    public ImageSize imageSize(int index) {
        return ImageFiles.size(pictures.files().get(index));
    }

    @Override
    public Optional<Provenance> provenance(int index) {
        try {
            return ProvenanceText.read(pictures.files().get(index));
        } catch (InvalidInputException notOurs) {
            return Optional.empty();
        }
    }

    @Override
    public String fingerprint() {
        return pictures.fingerprint();
    }
}
