package org.nextscale.image.internal.set;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
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
 * Opens CIFAR-10 and CIFAR-100 in their binary version: records of a label (CIFAR-100: a coarse and a fine one, of which the fine
 * one counts) and 3 planes of 32 × 32 bytes.
 */
@Component(service = ImageSetProvider.class)
public final class CifarImageSetProvider implements ImageSetProvider {
    private static final int EDGE = 32;
    private static final int PLANE = EDGE * EDGE;
    private static final int IMAGE = 3 * PLANE;
    private static final long MOST_BYTES = Integer.MAX_VALUE - 64L;
    private static final long LONGEST_NAMES = 1 << 16;
    private static final int SURE = 100;

    @Override
    public String id() {
        return "cifar";
    }

    @Override
    public String description() {
        return "CIFAR-10 or CIFAR-100 in their binary version (data_batch_1.bin)";
    }

    @Override
    public int match(Path path) {
        try {
            boolean here = Files.isDirectory(path)
                    && (Batches.find(path, ImagePart.TRAIN).isPresent()
                            || Batches.find(path, ImagePart.TEST).isPresent());
            return here ? SURE : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public Optional<ImageSet> open(Path path, ImagePart part, Consumer<String> note) {
        try {
            return part == ImagePart.ALL
                    ? JoinedImageSet.of(part(path, ImagePart.TRAIN), part(path, ImagePart.TEST))
                    : part(path, part);
        } catch (IOException e) {
            throw FileErrors.reading(path, e);
        }
    }

    private static Optional<ImageSet> part(Path path, ImagePart part) throws IOException {
        Optional<Batches> batches = Batches.find(path, part);
        return batches.isPresent() ? Optional.of(batches.get().open(path)) : Optional.empty();
    }

    /**
     * The files of a part.
     *
     * @param files in order
     * @param labelBytes labels before each image; the last one counts
     * @param classes how many
     * @param names file of the classes' names, one a line; need not exist
     */
    private record Batches(List<Path> files, int labelBytes, int classes, Path names) {

        /** The files of a part, if the folder, or the one its archive unpacks to, holds any. */
        static Optional<Batches> find(Path folder, ImagePart part) throws IOException {
            for (String inner : List.of("", "cifar-10-batches-bin", "cifar-100-binary")) {
                Path place = folder.resolve(inner);
                List<Path> batches = batches(place, part == ImagePart.TRAIN ? "data_batch_" : "test_batch");
                if (!batches.isEmpty()) {
                    return Optional.of(new Batches(batches, 1, 10, place.resolve("batches.meta.txt")));
                }
                Path fine = place.resolve(part + ".bin");
                if (Files.isRegularFile(fine)) {
                    return Optional.of(new Batches(List.of(fine), 2, 100, place.resolve("fine_label_names.txt")));
                }
            }
            return Optional.empty();
        }

        private static List<Path> batches(Path folder, String prefix) throws IOException {
            if (!Files.isDirectory(folder)) {
                return List.of();
            }
            try (Stream<Path> files = Files.list(folder)) {
                return files.filter(each -> {
                            String name = each.getFileName().toString();
                            return name.startsWith(prefix) && name.endsWith(".bin");
                        })
                        .sorted()
                        .toList();
            }
        }

        ImageSet open(Path folder) {
            int record = labelBytes + IMAGE;
            int count = count(record);
            byte[] pixels = new byte[count * IMAGE];
            byte[] labels = new byte[count];
            Sha256 sum = new Sha256();
            int image = 0;
            for (Path file : files) {
                byte[] bytes = read(file);
                sum.add(bytes.length).add(bytes);
                if (bytes.length / record > count - image) {
                    throw new InvalidInputException(file + " grew while it was read");
                }
                for (int at = 0; at + record <= bytes.length; at += record) {
                    labels[image] = label(file, bytes[at + labelBytes - 1], at / record);
                    interleave(bytes, at + labelBytes, pixels, image * IMAGE);
                    image++;
                }
            }
            return new StoredImageSet(
                    folder.toString(),
                    new ImageSize(EDGE, EDGE),
                    3,
                    pixels,
                    Optional.of(labels),
                    classNames(),
                    sum.hex());
        }

        private static byte[] read(Path file) {
            try {
                return Files.readAllBytes(file);
            } catch (IOException e) {
                throw FileErrors.reading(file, e);
            }
        }

        private static long size(Path file) {
            try {
                return Files.size(file);
            } catch (IOException e) {
                throw FileErrors.reading(file, e);
            }
        }

        private int count(int record) {
            long total = 0;
            for (Path file : files) {
                long bytes = size(file);
                if (bytes == 0 || bytes % record != 0) {
                    throw new InvalidInputException(file + " is cut short or no CIFAR batch: " + bytes
                            + " bytes are no whole number of records of " + record);
                }
                total += bytes;
            }
            if (total > MOST_BYTES) {
                throw new InvalidInputException(files.get(0).toAbsolutePath().getParent() + " holds " + (total >> 20)
                        + " MB of CIFAR batches, at most 2 GB are read");
            }
            return (int) (total / record);
        }

        private byte label(Path file, byte label, int image) {
            if ((label & 0xff) >= classes) {
                throw new InvalidInputException(
                        file + " is damaged: image " + image + " is of class " + (label & 0xff) + " of " + classes);
            }
            return label;
        }

        /** Planes of colours to pixels. */
        private static void interleave(byte[] planes, int from, byte[] pixels, int to) {
            for (int i = 0; i < PLANE; i++) {
                for (int channel = 0; channel < 3; channel++) {
                    pixels[to + 3 * i + channel] = planes[from + channel * PLANE + i];
                }
            }
        }

        private List<String> classNames() {
            if (!Files.isRegularFile(names) || size(names) > LONGEST_NAMES) {
                return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
            }
            List<String> found = new ArrayList<>();
            String text = new String(read(names), StandardCharsets.UTF_8);
            text.lines().map(String::strip).filter(each -> !each.isEmpty()).forEach(found::add);
            if (found.size() != classes) {
                throw new InvalidInputException(
                        names + " has " + found.size() + " names, the images are of " + classes + " classes");
            }
            return found;
        }
    }
}
