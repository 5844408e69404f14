package org.nextscale.evaluation.images;

import java.util.Optional;
import java.util.OptionalInt;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.ImageSize;
import org.nextscale.api.image.Provenance;
import org.nextscale.api.image.RgbImage;
import org.nextscale.api.model.Condition;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.image.ImageFit;

/**
 * The images of a set. Pictures become the square in their middle, resized. Small images that are all of one size stay as they are,
 * or get black around them. The class of an image is what Nextscale stored in it; else what the set says.
 */
public final class SetImages implements ImageSource {
    private final ImageSet set;
    private final OptionalInt side;
    /** Whether all classes are called by numbers, which then count, whatever their places in the list. */
    private final boolean numbered;

    private SetImages(ImageSet set, OptionalInt side) {
        this.set = set;
        this.side = side;
        numbered = set.classNames().stream().allMatch(name -> name.matches("[0-9]{1,9}"));
    }

    /**
     * The images of a set in one size.
     *
     * @param set stays open as long as this is used
     * @param side pixels along an edge of the images wanted; empty for the size they have, or the first one has
     * @throws InvalidInputException if images of one size do not fit into that
     */
    public static SetImages of(ImageSet set, OptionalInt side) {
        Optional<ImageSize> common = set.commonSize();
        if (common.isEmpty()) {
            return new SetImages(set, side.isPresent() ? side : OptionalInt.of(sideOfFirst(set)));
        }
        ImageSize size = common.get();
        if (side.isPresent() && !ImageFit.isPadded(size, side.getAsInt())) {
            throw new InvalidInputException(set.description() + " holds images of " + size + " pixels, "
                    + side.getAsInt() + " x " + side.getAsInt() + " are needed");
        }
        boolean square = size.width() == size.height();
        return new SetImages(set, side.isPresent() || !square ? side : OptionalInt.of(size.width()));
    }

    private static int sideOfFirst(ImageSet set) {
        InvalidInputException first = null;
        for (int i = 0; i < set.size(); i++) {
            try {
                ImageSize size = set.imageSize(i);
                return Math.min(size.width(), size.height());
            } catch (InvalidInputException e) {
                first = first == null ? e : first;
            }
        }
        throw new InvalidInputException("none of the " + set.size() + " images in " + set.description() + " can be read"
                + (first == null ? "" : "; the first: " + first.getMessage()));
    }

    @Override
    public String description() {
        return set.description();
    }

    @Override
    public OptionalInt side() {
        return side;
    }

    @Override
    public int most() {
        return set.size();
    }

    @Override
    public void read(Sink sink, Cancellation cancellation) {
        for (int i = 0; i < set.size(); i++) {
            cancellation.throwIfCancelled();
            LabelledImage image;
            try {
                image = labelled(i);
            } catch (InvalidInputException e) {
                if (!set.isRandomAccess()) {
                    // A stream that is damaged has no next image.
                    throw e;
                }
                sink.skipped(e.getMessage());
                continue;
            }
            sink.image(image);
        }
    }

    private LabelledImage labelled(int index) {
        Optional<Provenance> provenance = set.provenance(index);
        if (provenance.filter(Provenance::showsSeveral).isPresent()) {
            throw new InvalidInputException(set.name(index) + " shows several images side by side");
        }
        RgbImage image = fitted(decoded(index));
        Optional<Condition> made = provenance
                .flatMap(each -> each.conditions().stream().findFirst())
                .filter(each -> each.label().isPresent());
        if (made.isPresent()) {
            Optional<String> name = provenance.map(Provenance::className).filter(each -> !each.isEmpty());
            return new LabelledImage(image, made.get().label(), name);
        }
        OptionalInt label = set.label(index);
        if (label.isEmpty() || label.getAsInt() >= set.classNames().size()) {
            return new LabelledImage(image, label, Optional.empty());
        }
        String name = set.classNames().get(label.getAsInt());
        OptionalInt number = numbered ? OptionalInt.of(Integer.parseInt(name)) : label;
        return new LabelledImage(image, number, Optional.of(name));
    }

    /** Memory that does not suffice is nobody's fault but the heap's; which picture it was should be said. */
    private RgbImage decoded(int index) {
        try {
            return set.image(index);
        } catch (OutOfMemoryError e) {
            OutOfMemoryError named = new OutOfMemoryError(e.getMessage() + ", for " + set.name(index));
            named.initCause(e);
            throw named;
        }
    }

    private RgbImage fitted(RgbImage image) {
        if (set.commonSize().isEmpty()) {
            return RgbImage.of(ImageFit.square(image, side.getAsInt()), 0);
        }
        return side.isPresent() ? ImageFit.padded(image, side.getAsInt()).orElseThrow() : image;
    }
}
