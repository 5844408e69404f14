package org.nextscale.image.internal.set;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.ImageSize;
import org.nextscale.api.image.Provenance;
import org.nextscale.api.image.RgbImage;
import org.nextscale.files.Sha256;

/** The parts of a set one behind the other. */
record JoinedImageSet(ImageSet first, ImageSet second) implements ImageSet {
    /** Those parts that there are. */
    static Optional<ImageSet> of(Optional<ImageSet> first, Optional<ImageSet> second) {
        return first.isPresent() && second.isPresent()
                ? Optional.of(new JoinedImageSet(first.get(), second.get()))
                : first.or(() -> second);
    }

    private boolean isFirst(int index) {
        return index < first.size();
    }

    private ImageSet part(int index) {
        return isFirst(index) ? first : second;
    }

    private int within(int index) {
        return isFirst(index) ? index : index - first.size();
    }

    @Override
    public String description() {
        return first.description();
    }

    @Override
    public int size() {
        return first.size() + second.size();
    }

    @Override
    public String name(int index) {
        return part(index).name(within(index));
    }

    /** A part may lack the last classes. */
    @Override
    public List<String> classNames() {
        return first.classNames().size() >= second.classNames().size() ? first.classNames() : second.classNames();
    }

    @Override
    public OptionalInt label(int index) {
        return part(index).label(within(index));
    }

    @Override
    public RgbImage image(int index) {
        return part(index).image(within(index));
    }

    @Override
    public ImageSize imageSize(int index) {
        return part(index).imageSize(within(index));
    }

    @Override
    public Optional<ImageSize> commonSize() {
        return first.commonSize().filter(size -> second.commonSize().equals(Optional.of(size)));
    }

    @Override
    public Optional<Provenance> provenance(int index) {
        return part(index).provenance(within(index));
    }

    @Override
    public boolean isRandomAccess() {
        return first.isRandomAccess() && second.isRandomAccess();
    }

    @Override
    public String fingerprint() {
        return new Sha256().add(first.fingerprint()).add(second.fingerprint()).hex();
    }

    @Override
    public void close() {
        first.close();
        second.close();
    }
}
