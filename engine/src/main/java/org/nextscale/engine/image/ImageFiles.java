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
 * Reads PNG and JPEG files: cropped to the square in the middle, resized to what a model takes (Lanczos, as its training
 * images were), photographs turned the way their Exif data says. Files are distrusted: their header is checked before anything is decoded. What cannot be read is an
 * {@link InvalidInputException} that names the file. Transparent parts of a picture become white.
 */
public final class ImageFiles {
    /** Images with more pixels than this are refused. */
    public static final long MOST_PIXELS = 64_000_000;

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
        return withReader(
                file,
                (reader, size) -> JpegOrientation.of(file).lying() ? new Size(size.height(), size.width()) : size);
    }

    /**
     * A picture for a model.
     *
     * @param side pixels along an edge of the result
     * @return {@code [1, 3, side, side]} in [-1, 1]
     */
    public static Pixels readPixels(Path file, int side) {
        Square square = square(file, WHITE);
        float[] resized = square.resized(Resampling.LANCZOS, side);
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
     * A mask as painting programs and other generators have it: <b>white is made anew, black is kept</b>, transparent is
     * kept, grey is between. Cropped like the picture it belongs to.
     *
     * @param side pixels along an edge of the result
     */
    public static ImageMask readMask(Path file, int side) {
        Square square = square(file, BLACK);
        float[] resized = square.resized(Resampling.AREA, side);
        float[] keep = new float[side * side];
        for (int i = 0; i < keep.length; i++) {
            float light = (resized[3 * i] + resized[3 * i + 1] + resized[3 * i + 2]) / (3 * 255);
            keep[i] = Math.max(0, Math.min(1, 1 - light));
        }
        return new ImageMask(side, side, keep);
    }

    private static Square square(Path file, int background) {
        return withReader(
                file, (reader, size) -> Square.read(reader, size, background).upright(JpegOrientation.of(file)));
    }

    private interface Reading<T> {
        T read(ImageReader reader, Size size) throws IOException;
    }

    private static <T> T withReader(Path file, Reading<T> reading) {
        if (Files.isDirectory(file)) {
            throw new InvalidInputException(file + " is a folder, an image file is needed");
        }
        if (!Files.isReadable(file)) {
            throw new InvalidInputException(
                    file + (Files.exists(file) ? " cannot be read: no permission" : " does not exist"));
        }
        ImageIO.setUseCache(false);
        try (ImageInputStream stream = new FileImageInputStream(file.toFile())) {
            ImageReader reader = readerFor(stream, file);
            try {
                reader.setInput(stream, true, true);
                return reading.read(reader, checkedSize(reader, file));
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

    private static ImageReader readerFor(ImageInputStream stream, Path file) throws IOException {
        byte[] start = new byte[8];
        int read = stream.read(start);
        stream.seek(0);
        String format;
        if (read == start.length && Arrays.equals(start, PngFile.SIGNATURE)) {
            format = "png";
        } else if (read >= 3 && (start[0] & 0xff) == 0xff && (start[1] & 0xff) == 0xd8) {
            format = "jpeg";
        } else {
            throw new InvalidInputException(
                    file + (read <= 0 ? " is empty" : " is neither PNG nor JPEG") + ", an image file is needed");
        }
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
        if (!readers.hasNext()) {
            throw new InvalidInputException(file + ": this Java has no reader for " + format);
        }
        return readers.next();
    }

    private static Size checkedSize(ImageReader reader, Path file) throws IOException {
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        long pixels = (long) width * height;
        if (width <= 0 || height <= 0 || pixels > MOST_PIXELS) {
            throw new InvalidInputException(file + " is " + width + " x " + height + " pixels, at most "
                    + MOST_PIXELS / 1_000_000 + " million are read");
        }
        if (pixels > Files.size(file) * MOST_PIXELS_A_BYTE) {
            throw new InvalidInputException(file + " is damaged: its header says " + width + " x " + height
                    + " pixels, which cannot be in " + Files.size(file) + " bytes");
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

    /** The square in the middle of an image, {@code [side, side, 3]}. */
    private record Square(int side, byte[] rgb) {

        static Square read(ImageReader reader, Size size, int background) throws IOException {
            int side = Math.min(size.width(), size.height());
            ImageReadParam crop = reader.getDefaultReadParam();
            crop.setSourceRegion(new Rectangle((size.width() - side) / 2, (size.height() - side) / 2, side, side));
            AtomicReference<String> warning = new AtomicReference<>();
            reader.addIIOReadWarningListener((source, words) -> warning.compareAndSet(null, words));
            BufferedImage image = reader.read(0, crop);
            if (warning.get() != null) {
                // A JPEG cut short is otherwise filled up with grey.
                throw new IOException(warning.get());
            }
            return new Square(side, bytes(image, background));
        }

        Square upright(JpegOrientation orientation) {
            return new Square(side, orientation.upright(rgb, side));
        }

        float[] resized(Resampling filter, int size) {
            if (side != size) {
                return filter.resize(rgb, 3, side, size);
            }
            float[] same = new float[rgb.length];
            for (int i = 0; i < same.length; i++) {
                same[i] = rgb[i] & 0xff;
            }
            return same;
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
}
