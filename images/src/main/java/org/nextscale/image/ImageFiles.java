package org.nextscale.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.generation.ImageMask;
import org.nextscale.api.image.ImageSize;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.image.RgbImage;
import org.nextscale.files.PrintableText;
import org.nextscale.image.internal.format.JpegFormat;
import org.nextscale.image.internal.format.PictureFormat;
import org.nextscale.image.internal.format.PngFormat;
import org.nextscale.image.internal.format.WebpFormat;

/**
 * Reads PNG, JPEG and WebP files. All kinds alike are turned the way their Exif data says, and their values are taken as they are
 * stored, as libjpeg and Pillow take them: colour profiles are not applied. Files are distrusted: their header is checked before
 * anything is decoded. What cannot be read is an {@link InvalidInputException} that names the file; memory that does not suffice is
 * an {@link OutOfMemoryError}. Transparent parts of a picture become white.
 */
public final class ImageFiles {
    /** Images with more pixels than this are refused. */
    public static final long MOST_PIXELS = 64_000_000;

    /** Files of more bytes than this hold something else than one such picture. */
    private static final long MOST_BYTES = 1L << 30;

    private static final List<PictureFormat> FORMATS = List.of(new PngFormat(), new JpegFormat(), new WebpFormat());

    private static final int WHITE = 255;
    private static final int BLACK = 0;

    private ImageFiles() {}

    /** Width and height of an upright image, and no more than its header decoded. */
    public static ImageSize size(Path file) {
        return reading(file, format -> {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                return header(file, format, in).seen();
            }
        });
    }

    /** A picture as it is, upright, in full size. */
    public static RgbImage read(Path file) {
        return read(file, WHITE);
    }

    private static RgbImage read(Path file, int background) {
        return reading(file, format -> {
            requireReadable(file);
            byte[] bytes = Files.readAllBytes(file);
            PictureFormat.Header header = header(file, format, new ByteArrayInputStream(bytes));
            BufferedImage image = format.decode(bytes);
            return header.orientation()
                    .upright(new RgbImage(image.getWidth(), image.getHeight(), bytes(image, background)));
        });
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
        T read(PictureFormat format) throws IOException;
    }

    private static <T> T reading(Path file, Reading<T> reading) {
        requireFile(file);
        try {
            return reading.read(format(file));
        } catch (InvalidInputException e) {
            throw e;
        } catch (EOFException e) {
            throw new InvalidInputException(file + " is damaged: it is cut short", e);
        } catch (IOException | RuntimeException e) {
            // Readers answer damaged files with exceptions of every kind.
            Throwable deepest = PrintableText.beginning(e);
            if (deepest instanceof OutOfMemoryError memory) {
                throw memory;
            }
            throw new InvalidInputException(file + " is damaged or of an unknown kind: " + words(deepest), e);
        }
    }

    private static String words(Throwable reason) {
        String message = reason.getMessage();
        return message == null ? reason.getClass().getSimpleName() : message.strip();
    }

    /** Refuses what is no plain file: of a pipe, opening it might never end. */
    static void requireFile(Path file) {
        if (Files.isDirectory(file)) {
            throw new InvalidInputException(file + " is a folder, an image file is needed");
        }
        if (!Files.exists(file)) {
            throw new InvalidInputException(
                    file + (Files.isSymbolicLink(file) ? " is a link that leads nowhere" : " does not exist"));
        }
        if (!Files.isRegularFile(file)) {
            throw new InvalidInputException(file + " is a pipe, a socket or a device, an image file is needed");
        }
        if (!Files.isReadable(file)) {
            throw new InvalidInputException(file + " cannot be read: no permission");
        }
    }

    private static void requireReadable(Path file) throws IOException {
        long bytes = Files.size(file);
        if (bytes > MOST_BYTES) {
            throw new InvalidInputException(
                    file + " has " + (bytes >> 20) + " MB, pictures of at most " + (MOST_BYTES >> 20) + " MB are read");
        }
    }

    private static PictureFormat format(Path file) throws IOException {
        byte[] start = new byte[PictureFormat.START];
        int there;
        try (InputStream in = Files.newInputStream(file)) {
            there = in.readNBytes(start, 0, start.length);
        }
        return FORMATS.stream()
                .filter(each -> each.matches(start, there))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(
                        file + (there == 0 ? " is empty" : " is no PNG, JPEG or WebP") + ", an image file is needed"));
    }

    private static PictureFormat.Header header(Path file, PictureFormat format, InputStream in) throws IOException {
        PictureFormat.Header header = format.header(in);
        int width = header.stored().width();
        int height = header.stored().height();
        long pixels = (long) width * height;
        if (pixels > MOST_PIXELS) {
            throw new InvalidInputException(file + " is " + width + " x " + height + " pixels, at most "
                    + MOST_PIXELS / 1_000_000 + " million are read");
        }
        long bytes = Files.size(file);
        if (pixels > format.mostPixels(bytes)) {
            throw new InvalidInputException(file + " is damaged: its header says " + width + " x " + height
                    + " pixels, which cannot be in " + bytes + " bytes");
        }
        return header;
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
