package org.nextscale.image.internal.set;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.ImagePart;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.ImageSetProvider;
import org.nextscale.api.image.ImageSize;
import org.nextscale.files.FileErrors;
import org.nextscale.files.Sha256;
import org.osgi.service.component.annotations.Component;

/**
 * Opens images of MNIST's kind: grey ones in a file in IDX, and their labels in another. Either a folder of them, with a pair for
 * each part, or one file, with its labels beside it or not.
 */
@Component(service = ImageSetProvider.class)
public final class IdxImageSetProvider implements ImageSetProvider {
    /** Of the label files of Fashion-MNIST, training and test. */
    private static final Set<String> FASHION_LABELS = Set.of(
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34");

    private static final List<String> FASHION_NAMES = List.of(
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot");

    private static final int LABEL_MAGIC = 0x0801;

    private static final int IMAGE_MAGIC = 0x0803;
    private static final int SURE = 100;

    @Override
    public String id() {
        return "idx";
    }

    @Override
    public String description() {
        return "IDX files, gzipped or not (MNIST, Fashion-MNIST: train-images-idx3-ubyte)";
    }

    @Override
    public int match(Path path) {
        try {
            boolean here = Files.isDirectory(path)
                    ? find(path, ImagePart.TRAIN).isPresent()
                            || find(path, ImagePart.TEST).isPresent()
                    : isImages(path);
            return here ? SURE : 0;
        } catch (InvalidInputException severalSets) {
            // They are of this kind: opening says what is the matter.
            return SURE;
        } catch (IOException e) {
            return 0;
        }
    }

    /** A pipe is not looked into: it might never answer, and would not answer twice. */
    private static boolean isImages(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (DataInputStream in = IdxFile.stream(file)) {
            return in.readInt() == IMAGE_MAGIC;
        }
    }

    @Override
    public Optional<ImageSet> open(Path path, ImagePart part, Consumer<String> note) {
        try {
            if (!Files.isDirectory(path)) {
                return part == ImagePart.TEST ? Optional.empty() : Optional.of(file(path));
            }
            return part == ImagePart.ALL
                    ? JoinedImageSet.of(part(path, ImagePart.TRAIN), part(path, ImagePart.TEST))
                    : part(path, part);
        } catch (IOException e) {
            throw FileErrors.reading(path, e);
        }
    }

    private static ImageSet file(Path images) {
        String name = images.getFileName().toString();
        Path labels =
                images.resolveSibling(name.replace("images-idx3", "labels-idx1").replace("images.idx3", "labels.idx1"));
        return set(images, labels.equals(images) || !Files.exists(labels) ? Optional.empty() : Optional.of(labels));
    }

    private static Optional<ImageSet> part(Path folder, ImagePart part) throws IOException {
        Optional<Path> images = find(folder, part);
        if (images.isEmpty()) {
            return Optional.empty();
        }
        Path labels = find(folder, part, "labels", "idx1")
                .orElseThrow(() -> new InvalidInputException(
                        folder + " has the images " + images.get().getFileName() + " and no labels for them: "
                                + prefixes(part).get(0) + "-labels-idx1-ubyte is missing"));
        return Optional.of(set(images.get(), Optional.of(labels)));
    }

    private static ImageSet set(Path images, Optional<Path> labels) {
        IdxFile pixels = IdxFile.read(images, 3);
        Optional<IdxFile> classes = labels.map(file -> IdxFile.read(file, 1));
        int count = pixels.sizes()[0];
        if (classes.isPresent() && classes.get().sizes()[0] != count) {
            throw new InvalidInputException(
                    images + " has " + count + " images, " + labels.get().getFileName() + " has "
                            + classes.get().sizes()[0] + " labels: they do not belong together");
        }
        String fingerprint = classes.map(known ->
                        new Sha256().add(pixels.sha256()).add(known.sha256()).hex())
                .orElseGet(pixels::sha256);
        return new StoredImageSet(
                images.toString(),
                new ImageSize(pixels.sizes()[2], pixels.sizes()[1]),
                1,
                pixels.bytes(),
                classes.map(IdxFile::bytes),
                classes.map(known -> names(images, known)).orElse(List.of()),
                fingerprint);
    }

    /** The file of a part's images, if the folder holds any. */
    private static Optional<Path> find(Path folder, ImagePart part) throws IOException {
        return find(folder, part, "images", "idx3");
    }

    private static Optional<Path> find(Path folder, ImagePart part, String what, String type) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path each : files.sorted().toList()) {
                String name = each.getFileName().toString();
                if (name.startsWith(".") || Files.exists(each) && !Files.isRegularFile(each)) {
                    continue;
                }
                String bare = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
                for (String prefix : prefixes(part)) {
                    String end = prefix + "-" + what;
                    if (bare.endsWith(end + "-" + type + "-ubyte") || bare.endsWith(end + "." + type + "-ubyte")) {
                        found.add(each);
                    }
                }
            }
        }
        // A file and its compressed self are one, and sorted the bare one comes first.
        if (found.size() > 1 && !found.get(1).toString().equals(found.get(0) + ".gz") || found.size() > 2) {
            throw new InvalidInputException(
                    folder + " holds several sets of images: " + found.get(0).getFileName() + " and "
                            + found.get(1).getFileName() + "; put each into a folder of its own");
        }
        return found.stream().findFirst();
    }

    private static List<String> prefixes(ImagePart part) {
        return part == ImagePart.TRAIN ? List.of("train") : List.of("t10k", "test");
    }

    private static List<String> names(Path images, IdxFile labels) {
        int classes = 0;
        for (byte label : labels.bytes()) {
            classes = Math.max(classes, (label & 0xff) + 1);
        }
        if (classes <= FASHION_NAMES.size() && fashion(images, labels)) {
            return FASHION_NAMES;
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < classes; i++) {
            names.add(Integer.toString(i));
        }
        return names;
    }

    private static boolean fashion(Path images, IdxFile labels) {
        String file =
                new Sha256().add(header(labels.sizes()[0])).add(labels.bytes()).hex();
        Path folder = images.toAbsolutePath().normalize().getParent().getFileName();
        return FASHION_LABELS.contains(file)
                || folder != null && folder.toString().toLowerCase(Locale.ROOT).contains("fashion");
    }

    private static byte[] header(int count) {
        return ByteBuffer.allocate(2 * Integer.BYTES)
                .putInt(LABEL_MAGIC)
                .putInt(count)
                .array();
    }
}
