package org.nextscale.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import org.nextscale.api.image.ImagePart;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.ImageSetProvider;
import org.nextscale.api.image.RgbImage;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.evaluation.images.ImageSource;
import org.nextscale.evaluation.images.LabelledImage;
import org.nextscale.evaluation.images.SetImages;
import org.nextscale.image.PngFile;
import org.nextscale.image.internal.set.FolderImageSetProvider;
import org.nextscale.image.internal.set.NpzImageSetProvider;

/** Images made up for tests. */
public final class Pictures {
    private Pictures() {}

    /** Noise around a colour: channel {@code colour} is bright. */
    public static RgbImage of(int side, int colour, long seed) {
        Random random = new Random(seed);
        byte[] rgb = new byte[3 * side * side];
        int shade = random.nextInt(60);
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) ((i % 3 == colour ? 160 + shade : shade) + random.nextInt(30));
        }
        return new RgbImage(side, side, rgb);
    }

    public static Path write(Path file, RgbImage image, Map<String, String> texts) {
        try {
            Files.createDirectories(file.getParent());
            PngFile.write(file, image, texts);
            return file;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A folder of images by class: {@code 0-red}, {@code 1-green}, {@code 2-blue}. */
    public static Path folder(Path folder, int side, int each, long seed) {
        List<String> names = List.of("0-red", "1-green", "2-blue");
        for (int colour = 0; colour < 3; colour++) {
            for (int i = 0; i < each; i++) {
                write(
                        folder.resolve(names.get(colour)).resolve(i + ".png"),
                        of(side, colour, seed + 1000 * colour + i),
                        Map.of());
            }
        }
        return folder;
    }

    /** The pictures of a folder, or another set, as they are measured: of the first one's size. */
    public static ImageSource open(Path path) {
        return SetImages.of(set(path), OptionalInt.empty());
    }

    /** Any set that is read here. */
    public static ImageSet set(Path path) {
        ImageSetProvider provider = Files.isDirectory(path) ? new FolderImageSetProvider() : new NpzImageSetProvider();
        return provider.open(path, ImagePart.ALL, line -> {}).orElseThrow();
    }

    /** All that a source gives. */
    public static Taken take(ImageSource source) {
        Taken taken = new Taken(new ArrayList<>(), new ArrayList<>());
        source.read(taken, Cancellation.NEVER);
        return taken;
    }

    /** What a source gave. */
    public record Taken(List<LabelledImage> images, List<String> skipped) implements ImageSource.Sink {
        @Override
        public void image(LabelledImage image) {
            images.add(image);
        }

        @Override
        public void skipped(String line) {
            skipped.add(line);
        }
    }
}
