package org.nextscale.image;

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
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.generation.ImageMask;
import org.nextscale.api.image.ImageSize;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.image.RgbImage;

/**
 * Reads PNG, JPEG and WebP files, photographs turned the way their Exif data says. Files are distrusted: their header is checked
 * before anything is decoded. What cannot be read is an {@link InvalidInputException} that names the file. Transparent parts of a
 * picture become white.
 */
public final class ImageFiles {
    /** Images with more pixels than this are refused. */
    public static final long MOST_PIXELS = 64_000_000;

    /** More pixels than one byte of a PNG (1 bit a pixel, deflate at its best) can stand for. */
    private static final long MOST_PIXELS_A_BYTE = 8 * 1032;

    private static final int WHITE = 255;
    private static final int BLACK = 0;

    private ImageFiles() {}

    /** Width and height of an upright image, and no more than the header read. */
    public static ImageSize size(Path file) {
        return withReader(
                file,
                (reader, size, strict) ->
                        JpegOrientation.of(file).lying() ? new ImageSize(size.height(), size.width()) : size);
    }

    /** A picture as it is, upright, in full size. */
    public static RgbImage read(Path file) {
        return read(file, WHITE);
    }

    private static RgbImage read(Path file, int background) {
        return withReader(
                file, (reader, size, strict) -> JpegOrientation.of(file).upright(decode(reader, background, strict)));
    }

    /**
     * A picture for a model: the square in its middle.
     *
     * @param side pixels along an edge of the result
     * @return {@code [1, 3, side, side]} in [-1, 1]
     */
    public static Pixels readPixels(Path file, int side) {
        return ImageFit.square(read(file), side);
    }

    /**
     * A mask as painting programs and other generators have it: <b>white is made anew, black is kept</b>, transparent is
     * kept, grey is between. Cropped like the picture it belongs to.
     *
     * @param side pixels along an edge of the result
     */
    public static ImageMask readMask(Path file, int side) {
        float[] resized = ImageFit.square(read(file, BLACK), Resampling.AREA, side);
        float[] keep = new float[side * side];
        for (int i = 0; i < keep.length; i++) {
            float light = (resized[3 * i] + resized[3 * i + 1] + resized[3 * i + 2]) / (3 * 255);
            keep[i] = Math.max(0, Math.min(1, 1 - light));
        }
        return new ImageMask(side, side, keep);
    }

    private interface Reading<T> {
        /**
         * Reads what is wanted.
         *
         * @param size as it is stored
         * @param strict whether the reader warns only of damage
         */
        T read(ImageReader reader, ImageSize size, boolean strict) throws IOException;
    }

    private static <T> T withReader(Path file, Reading<T> reading) {
        if (Files.isDirectory(file)) {
            throw new InvalidInputException(file + " is a folder, an image file is needed");
        }
        if (!Files.isReadable(file)) {
            throw new InvalidInputException(
                    file + (Files.exists(file) ? " cannot be read: no permission" : " does not exist"));
        }
        try (ImageInputStream stream = new FileImageInputStream(file.toFile())) {
            byte[] start = new byte[WebpFormat.START];
            int read = Math.max(0, stream.read(start));
            stream.seek(0);
            boolean webp = WebpFormat.matches(start, read);
            if (webp && WebpFormat.bytes(start) > Files.size(file)) {
                throw new InvalidInputException(file + " is damaged: it is cut short");
            }
            ImageReader reader = webp ? WebpFormat.reader() : readerFor(start, read, file);
            try {
                reader.setInput(stream, true, true);
                return reading.read(reader, checkedSize(reader, file, webp), !webp);
            } finally {
                reader.dispose();
            }
        } catch (InvalidInputException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // Readers answer damaged files with exceptions of every kind.
            throw new InvalidInputException(file + " is damaged or of an unknown kind: " + reason(e), e);
        }
    }

    private static ImageReader readerFor(byte[] start, int read, Path file) {
        String format;
        if (Arrays.equals(start, 0, PngFile.SIGNATURE.length, PngFile.SIGNATURE, 0, PngFile.SIGNATURE.length)) {
            format = "png";
        } else if (read >= 3 && (start[0] & 0xff) == 0xff && (start[1] & 0xff) == 0xd8) {
            format = "jpeg";
        } else {
            throw new InvalidInputException(
                    file + (read == 0 ? " is empty" : " is no PNG, JPEG or WebP") + ", an image file is needed");
        }
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
        if (!readers.hasNext()) {
            throw new InvalidInputException(file + ": this Java has no reader for " + format);
        }
        return readers.next();
    }

    private static ImageSize checkedSize(ImageReader reader, Path file, boolean webp) throws IOException {
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        long pixels = (long) width * height;
        if (width <= 0 || height <= 0 || pixels > MOST_PIXELS) {
            throw new InvalidInputException(file + " is " + width + " x " + height + " pixels, at most "
                    + MOST_PIXELS / 1_000_000 + " million are read");
        }
        long bytes = Files.size(file);
        if (pixels > (webp ? WebpFormat.mostPixels(bytes) : bytes * MOST_PIXELS_A_BYTE)) {
            throw new InvalidInputException(file + " is damaged: its header says " + width + " x " + height
                    + " pixels, which cannot be in " + bytes + " bytes");
        }
        return new ImageSize(width, height);
    }

    private static String reason(Exception e) {
        Throwable deepest = e;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        String message = deepest.getMessage();
        return message == null ? deepest.getClass().getSimpleName() : message.strip();
    }

    private static RgbImage decode(ImageReader reader, int background, boolean strict) throws IOException {
        AtomicReference<String> warning = new AtomicReference<>();
        if (strict) {
            reader.addIIOReadWarningListener((source, words) -> warning.compareAndSet(null, words));
        }
        BufferedImage image = reader.read(0);
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
