package org.nextscale.engine.image;

import java.awt.Rectangle;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.generation.ImageMask;
import org.nextscale.api.tokenizer.Pixels;

/**
 * Reads PNG and JPEG files, and those of other kinds for which a reader is lent: resized to what a model takes (Lanczos, as
 * its training images were), photographs turned the way their Exif data says. Files are distrusted: their header is checked
 * before anything is decoded. What cannot be read is an {@link InvalidInputException} that names the file. Transparent parts
 * of a picture become white.
 */
public final class ImageFiles {
    /** Images with more pixels than this are refused. */
    public static final long MOST_PIXELS = 64_000_000;

    /** Of pictures longer than this many times their shorter edge only the middle is read. */
    public static final int MOST_LENGTH = 4;

    /** More pixels than one byte of a PNG (1 bit a pixel, deflate at its best) can stand for. */
    private static final long MOST_PIXELS_A_BYTE = 8 * 1032;

    private static final int WHITE = 255;
    private static final int BLACK = 0;

    private ImageFiles() {}

    /** Width and height, and no more than the header read. */
    public record Size(int width, int height) {
        @Override
        public String toString() {
            return width + " x " + height;
        }

        /** Whether both show the same part of the world: equal proportions within a pixel or so. */
        public boolean sameShape(Size other) {
            double ratio = (double) width * other.height / ((double) height * other.width);
            return Math.abs(ratio - 1) < 0.01;
        }
    }

    public static Size size(Path file) {
        return size(file, List.of());
    }

    /**
     * The same, upright, of files of further kinds too.
     *
     * @param more kinds to be read beside PNG and JPEG
     */
    public static Size size(Path file, List<ImageFormat> more) {
        return withReader(
                file,
                more,
                (reader, size, strict) ->
                        JpegOrientation.of(file).lying() ? new Size(size.height(), size.width()) : size);
    }

    /**
     * A picture for a model: the square in its middle.
     *
     * @param side pixels along an edge of the result
     * @return {@code [1, 3, side, side]} in [-1, 1]
     */
    public static Pixels readPixels(Path file, int side) {
        float[] resized = resized(square(file, WHITE), Resampling.LANCZOS, side);
        int plane = side * side;
        float[] values = new float[3 * plane];
        for (int i = 0; i < plane; i++) {
            for (int channel = 0; channel < 3; channel++) {
                float value = resized[3 * i + channel] / 127.5f - 1;
                values[channel * plane + i] = Math.max(-1, Math.min(1, value));
            }
        }
        return new Pixels(1, side, side, values);
    }

    /**
     * A picture to train with: all of it (of very long ones the middle, {@link #MOST_LENGTH}), its shorter edge resized.
     *
     * @param shortEdge pixels along the shorter edge of the result
     * @param more kinds to be read beside PNG and JPEG
     */
    public static RgbImage read(Path file, int shortEdge, List<ImageFormat> more) {
        RgbImage image = withReader(file, more, (reader, size, strict) -> {
            int most = MOST_LENGTH * Math.min(size.width(), size.height());
            Rectangle part = middle(size, Math.min(size.width(), most), Math.min(size.height(), most));
            return JpegOrientation.of(file).upright(decode(reader, part, WHITE, strict));
        });
        double scale = (double) shortEdge / Math.min(image.width(), image.height());
        return image.resized((int) Math.max(shortEdge, Math.round(image.width() * scale)), (int)
                Math.max(shortEdge, Math.round(image.height() * scale)));
    }

    /**
     * A mask as painting programs and other generators have it: <b>white is made anew, black is kept</b>, transparent is
     * kept, grey is between. Cropped like the picture it belongs to.
     *
     * @param side pixels along an edge of the result
     */
    public static ImageMask readMask(Path file, int side) {
        float[] resized = resized(square(file, BLACK), Resampling.AREA, side);
        float[] keep = new float[side * side];
        for (int i = 0; i < keep.length; i++) {
            float light = (resized[3 * i] + resized[3 * i + 1] + resized[3 * i + 2]) / (3 * 255);
            keep[i] = Math.max(0, Math.min(1, 1 - light));
        }
        return new ImageMask(side, side, keep);
    }

    /** The square in the middle, upright. */
    private static RgbImage square(Path file, int background) {
        return withReader(file, List.of(), (reader, size, strict) -> {
            int side = Math.min(size.width(), size.height());
            return JpegOrientation.of(file).upright(decode(reader, middle(size, side, side), background, strict));
        });
    }

    private static Rectangle middle(Size size, int width, int height) {
        return new Rectangle((size.width() - width) / 2, (size.height() - height) / 2, width, height);
    }

    private static float[] resized(RgbImage square, Resampling filter, int side) {
        if (square.width() != side) {
            return filter.resize(square.rgb(), 3, square.width(), side);
        }
        float[] same = new float[square.rgb().length];
        for (int i = 0; i < same.length; i++) {
            same[i] = square.rgb()[i] & 0xff;
        }
        return same;
    }

    private interface Reading<T> {
        /**
         * Reads what is wanted.
         *
         * @param strict whether the reader warns only of damage
         */
        T read(ImageReader reader, Size size, boolean strict) throws IOException;
    }

    private static <T> T withReader(Path file, List<ImageFormat> more, Reading<T> reading) {
        if (Files.isDirectory(file)) {
            throw new InvalidInputException(file + " is a folder, an image file is needed");
        }
        if (!Files.isReadable(file)) {
            throw new InvalidInputException(
                    file + (Files.exists(file) ? " cannot be read: no permission" : " does not exist"));
        }
        ImageIO.setUseCache(false);
        try (ImageInputStream stream = new FileImageInputStream(file.toFile())) {
            byte[] start = new byte[ImageFormat.START];
            int read = stream.read(start);
            stream.seek(0);
            byte[] present = Arrays.copyOf(start, Math.max(0, read));
            Optional<ImageFormat> lent =
                    more.stream().filter(each -> each.recognises(present)).findFirst();
            if (lent.isPresent() && lent.get().bytes(present) > Files.size(file)) {
                throw new InvalidInputException(file + " is damaged: it is cut short");
            }
            ImageReader reader = lent.isPresent() ? lent.get().reader() : readerFor(start, read, file, more);
            try {
                reader.setInput(stream, true, true);
                return reading.read(reader, checkedSize(reader, file, lent), lent.isEmpty());
            } finally {
                reader.dispose();
            }
        } catch (InvalidInputException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // The JDK's readers answer damaged files with exceptions of every kind.
            throw new InvalidInputException(file + " is damaged or of an unknown kind: " + reason(e), e);
        }
    }

    private static ImageReader readerFor(byte[] start, int read, Path file, List<ImageFormat> more) {
        String format;
        if (Arrays.equals(start, 0, PngFile.SIGNATURE.length, PngFile.SIGNATURE, 0, PngFile.SIGNATURE.length)) {
            format = "png";
        } else if (read >= 3 && (start[0] & 0xff) == 0xff && (start[1] & 0xff) == 0xd8) {
            format = "jpeg";
        } else {
            String found = more.isEmpty() ? " is neither PNG nor JPEG" : " is no image of a kind that is read";
            throw new InvalidInputException(file + (read <= 0 ? " is empty" : found) + ", an image file is needed");
        }
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
        if (!readers.hasNext()) {
            throw new InvalidInputException(file + ": this Java has no reader for " + format);
        }
        return readers.next();
    }

    private static Size checkedSize(ImageReader reader, Path file, Optional<ImageFormat> lent) throws IOException {
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        long pixels = (long) width * height;
        if (width <= 0 || height <= 0 || pixels > MOST_PIXELS) {
            throw new InvalidInputException(file + " is " + width + " x " + height + " pixels, at most "
                    + MOST_PIXELS / 1_000_000 + " million are read");
        }
        long bytes = Files.size(file);
        if (pixels > lent.map(each -> each.mostPixels(bytes)).orElse(bytes * MOST_PIXELS_A_BYTE)) {
            throw new InvalidInputException(file + " is damaged: its header says " + width + " x " + height
                    + " pixels, which cannot be in " + bytes + " bytes");
        }
        return new Size(width, height);
    }

    private static String reason(Exception e) {
        Throwable deepest = e;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        String message = deepest.getMessage();
        return message == null ? deepest.getClass().getSimpleName() : message.strip();
    }

    private static RgbImage decode(ImageReader reader, Rectangle part, int background, boolean strict)
            throws IOException {
        ImageReadParam crop = reader.getDefaultReadParam();
        crop.setSourceRegion(part);
        AtomicReference<String> warning = new AtomicReference<>();
        if (strict) {
            reader.addIIOReadWarningListener((source, words) -> warning.compareAndSet(null, words));
        }
        BufferedImage image = reader.read(0, crop);
        if (warning.get() != null) {
            // A JPEG cut short is otherwise filled up with grey.
            throw new IOException(warning.get());
        }
        return new RgbImage(image.getWidth(), image.getHeight(), bytes(image, background));
    }

    private static byte[] bytes(BufferedImage image, int background) {
        boolean grey = image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
        int width = image.getWidth();
        byte[] rgb = new byte[3 * width * image.getHeight()];
        int[] row = new int[width];
        for (int y = 0; y < image.getHeight(); y++) {
            if (grey) {
                greyRow(image, y, row);
            } else {
                image.getRGB(0, y, width, 1, row, 0, width);
            }
            for (int x = 0; x < width; x++) {
                int alpha = row[x] >>> 24;
                for (int channel = 0; channel < 3; channel++) {
                    int value = row[x] >> (16 - 8 * channel) & 0xff;
                    rgb[(y * width + x) * 3 + channel] =
                            (byte) ((value * alpha + background * (255 - alpha) + 127) / 255);
                }
            }
        }
        return rgb;
    }

    /** The samples themselves: {@code getRGB} takes grey for linear light and would brighten it. */
    private static void greyRow(BufferedImage image, int y, int[] row) {
        Raster raster = image.getRaster();
        int greatest = (1 << Math.min(16, image.getColorModel().getComponentSize(0))) - 1;
        boolean hasAlpha = raster.getNumBands() > 1;
        for (int x = 0; x < row.length; x++) {
            int value = raster.getSample(x, y, 0) * 255 / greatest;
            int alpha = hasAlpha ? raster.getSample(x, y, 1) * 255 / greatest : 255;
            row[x] = alpha << 24 | value << 16 | value << 8 | value;
        }
    }
}
