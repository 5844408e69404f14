package org.nextscale.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import org.nextscale.api.generation.CancellationToken;
import org.nextscale.engine.image.PngFile;
import org.nextscale.engine.image.RgbImage;

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
    static Path folder(Path folder, int side, int each, long seed) {
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

    /** All that a source gives. */
    public static Taken take(ImageSource source) {
        Taken taken = new Taken(new ArrayList<>(), new ArrayList<>());
        source.read(taken, new CancellationToken());
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

    /** Images that are there already. */
    record Listed(List<LabelledImage> images) implements ImageSource {
        @Override
        public String description() {
            return "a list";
        }

        @Override
        public int most() {
            return images.size();
        }

        @Override
        public OptionalInt side() {
            return OptionalInt.of(images.get(0).image().width());
        }

        @Override
        public void read(Sink sink, CancellationToken cancellation) {
            images.forEach(sink::image);
        }
    }
}
