package org.nextscale.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.generation.ImageMask;
import org.nextscale.api.image.ImageSize;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.image.RgbImage;

class ImageFilesTest {
    @TempDir
    Path folder;

    @Test
    void aPictureOfTheRightSizeIsReadExactly() throws IOException {
        RgbImage image = Images.noise(32, 32, 3);
        Path file = write(image);
        Pixels pixels = ImageFiles.readPixels(file, 32);
        assertArrayEquals(image.rgb(), RgbImage.of(pixels, 0).rgb());
        assertArrayEquals(image.toPixels().values(), pixels.values(), 1e-6f);
    }

    @Test
    void theMiddleOfAWidePictureIsKept() throws IOException {
        byte[] rgb = new byte[30 * 10 * 3];
        for (int y = 0; y < 10; y++) {
            Arrays.fill(rgb, (y * 30 + 10) * 3, (y * 30 + 20) * 3, (byte) 255);
        }
        Pixels pixels = ImageFiles.readPixels(write(new RgbImage(30, 10, rgb)), 10);
        for (float value : pixels.values()) {
            assertEquals(1, value);
        }
    }

    @Test
    void shrinkingKeepsTheMeanAndDoesNotAlias() throws IOException {
        byte[] rgb = new byte[128 * 128 * 3];
        for (int i = 0; i < 128 * 128; i++) {
            Arrays.fill(rgb, 3 * i, 3 * i + 3, (byte) ((i % 128 + i / 128) % 2 * 254));
        }
        Pixels pixels = ImageFiles.readPixels(write(new RgbImage(128, 128, rgb)), 16);
        for (float value : pixels.values()) {
            assertEquals(127 / 127.5 - 1, value, 0.01);
        }
    }

    @Test
    void greyPicturesKeepTheirBrightness() throws IOException {
        for (int type : new int[] {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY}) {
            BufferedImage image = new BufferedImage(4, 4, type);
            int value = type == BufferedImage.TYPE_BYTE_GRAY ? 100 : 100 * 257;
            for (int i = 0; i < 16; i++) {
                image.getRaster().setSample(i % 4, i / 4, 0, value);
            }
            Path file = folder.resolve("grey.png");
            ImageIO.write(image, "png", file.toFile());
            assertEquals(100, RgbImage.of(ImageFiles.readPixels(file, 4), 0).rgb()[0] & 0xff, "type " + type);
        }
    }

    @Test
    void transparencyIsWhiteInAPictureAndKeptInAMask() throws IOException {
        BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0xffffffff);
        image.setRGB(1, 0, 0xff000000);
        Path file = folder.resolve("alpha.png");
        ImageIO.write(image, "png", file.toFile());
        RgbImage picture = RgbImage.of(ImageFiles.readPixels(file, 2), 0);
        assertEquals(255, picture.rgb()[6] & 0xff);
        assertEquals(0, picture.rgb()[3]);
        ImageMask mask = ImageFiles.readMask(file, 2);
        assertArrayEquals(new float[] {0, 1, 1, 1}, mask.keep());
    }

    @Test
    void aMaskIsShrunkByArea() throws IOException {
        byte[] rgb = new byte[4 * 4 * 3];
        Arrays.fill(rgb, 0, 3 * 4, (byte) 255); // the top row is white: to be made anew
        ImageMask mask = ImageFiles.readMask(write(new RgbImage(4, 4, rgb)), 2);
        assertArrayEquals(new float[] {0.5f, 0.5f, 1, 1}, mask.keep(), 1e-6f);
    }

    @Test
    void jpegIsRead() throws IOException {
        BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 1200; i++) {
            image.setRGB(i % 40, i / 40, 0x4080c0);
        }
        Path file = folder.resolve("photo.jpg");
        ImageIO.write(image, "jpeg", file.toFile());
        RgbImage read = RgbImage.of(ImageFiles.readPixels(file, 16), 0);
        assertEquals(0x40, read.rgb()[0] & 0xff, 3);
        assertEquals(0xc0, read.rgb()[2] & 0xff, 3);
        assertEquals(new ImageSize(40, 30), ImageFiles.size(file));

        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length * 3 / 4));
        refused(file, "photo.jpg is damaged");
    }

    @Test
    void photographsAreTurnedTheWayTheyWereTaken() throws IOException {
        // Seen upright: bright on the left, dark on the right, and the top half red.
        int[][] seen = {{0xff0000, 0x400000}, {0xffffff, 0x404040}};
        int[][][] stored = {
            {seen[0], seen[1]},
            {{seen[0][1], seen[0][0]}, {seen[1][1], seen[1][0]}},
            {{seen[1][1], seen[1][0]}, {seen[0][1], seen[0][0]}},
            {seen[1], seen[0]},
            {{seen[0][0], seen[1][0]}, {seen[0][1], seen[1][1]}},
            {{seen[0][1], seen[1][1]}, {seen[0][0], seen[1][0]}},
            {{seen[1][1], seen[0][1]}, {seen[1][0], seen[0][0]}},
            {{seen[1][0], seen[0][0]}, {seen[1][1], seen[0][1]}},
        };
        for (int orientation = 1; orientation <= 8; orientation++) {
            BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
            for (int y = 0; y < 64; y++) {
                for (int x = 0; x < 64; x++) {
                    image.setRGB(x, y, stored[orientation - 1][y / 32][x / 32]);
                }
            }
            Path file = folder.resolve("photo" + orientation + ".jpg");
            ImageIO.write(image, "jpeg", file.toFile());
            Files.write(file, withOrientation(Files.readAllBytes(file), orientation));
            RgbImage read = RgbImage.of(ImageFiles.readPixels(file, 64), 0);
            assertEquals(0xff0000, colour(read, 8, 8), "orientation " + orientation);
            assertEquals(0x400000, colour(read, 56, 8), "orientation " + orientation);
            assertEquals(0xffffff, colour(read, 8, 56), "orientation " + orientation);
        }
    }

    /** Rounded, since JPEG is not exact. */
    private static int colour(RgbImage image, int x, int y) {
        int colour = 0;
        for (int channel = 0; channel < 3; channel++) {
            int value = image.rgb()[(y * image.width() + x) * 3 + channel] & 0xff;
            colour = colour << 8 | (value < 16 ? 0 : value < 128 ? 0x40 : 0xff);
        }
        return colour;
    }

    private static byte[] withOrientation(byte[] jpeg, int orientation) {
        byte[] exif = ByteBuffer.allocate(36)
                .putShort((short) 0xffe1)
                .putShort((short) 34)
                .put("Exif\0\0".getBytes(StandardCharsets.US_ASCII))
                .put(Images.exif(orientation))
                .array();
        ByteBuffer joined = ByteBuffer.allocate(jpeg.length + exif.length);
        return joined.put(jpeg, 0, 2).put(exif).put(jpeg, 2, jpeg.length - 2).array();
    }

    @Test
    void aWholePictureIsReadUprightAndResizedByItsShorterEdge() throws IOException {
        // Seen upright 96 x 64: red on the left third, black in the middle, white on the right.
        int[][] corners = {{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}, {0, 1}, {1, 1}, {1, 0}};
        for (int orientation = 1; orientation <= 8; orientation++) {
            boolean lying = orientation > 4;
            BufferedImage image = new BufferedImage(lying ? 64 : 96, lying ? 96 : 64, BufferedImage.TYPE_INT_RGB);
            for (int y = 0; y < image.getHeight(); y++) {
                for (int x = 0; x < image.getWidth(); x++) {
                    int along = lying ? y : x;
                    boolean backwards = corners[orientation - 1][lying ? 1 : 0] == 1;
                    int third = (backwards ? 95 - along : along) / 32;
                    image.setRGB(x, y, third == 0 ? 0xff0000 : third == 1 ? 0 : 0xffffff);
                }
            }
            Path file = folder.resolve("photo" + orientation + ".jpg");
            ImageIO.write(image, "jpeg", file.toFile());
            Files.write(file, withOrientation(Files.readAllBytes(file), orientation));
            assertEquals(new ImageSize(96, 64), ImageFiles.size(file));
            RgbImage read = ImageFit.shortEdge(ImageFiles.read(file), 32);
            assertEquals(48, read.width());
            assertEquals(32, read.height());
            assertEquals(0xff0000, colour(read, 4, 4), "orientation " + orientation);
            assertEquals(0, colour(read, 24, 28), "orientation " + orientation);
            assertEquals(0xffffff, colour(read, 44, 16), "orientation " + orientation);
        }
    }

    @Test
    void webpIsRead() throws IOException {
        BitSet left = new BitSet();
        for (int i = 0; i < 18 * 12; i++) {
            left.set(i, i % 18 < 9);
        }
        Path file = Files.write(folder.resolve("image.webp"), Images.webp(18, 12, left));
        assertEquals(new ImageSize(18, 12), ImageFiles.size(file));
        RgbImage read = ImageFiles.read(file);
        for (int i = 0; i < 18 * 12; i++) {
            byte[] pixel = Arrays.copyOfRange(read.rgb(), 3 * i, 3 * i + 3);
            assertArrayEquals(new byte[] {0, (byte) (i % 18 < 9 ? 255 : 0), 0}, pixel);
        }
    }

    @Test
    void aWebpThatIsDamagedOrHugeIsRefused() throws IOException {
        Path file = folder.resolve("image.webp");
        byte[] whole = Images.webp(64, 64, new BitSet());
        Files.write(file, Arrays.copyOf(whole, 60));
        refused(file, "is damaged: it is cut short");
        Files.write(file, withWebpSize(whole, 16_384, 16_384));
        refused(file, "16384 x 16384 pixels, at most 64 million");
        Files.write(file, withWebpSize(whole, 8000, 8000));
        refused(file, "which cannot be in " + whole.length + " bytes");
        Files.write(file, "RIFF\20\0\0\0WEBPVP8 nonsense".getBytes(StandardCharsets.US_ASCII));
        refused(file, "is damaged or of an unknown kind");
    }

    private static byte[] withWebpSize(byte[] webp, int width, int height) {
        byte[] other = webp.clone();
        ByteBuffer header = ByteBuffer.wrap(other).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(21, header.getInt(21) & 0xf0000000 | (height - 1) << 14 | width - 1);
        return other;
    }

    @Test
    void aHeaderThatPromisesTooMuchIsRefusedBeforeDecoding() throws IOException {
        Path file = folder.resolve("huge.png");
        Files.write(file, withSize(Files.readAllBytes(write(Images.noise(8, 8, 0))), 100_000, 100_000));
        refused(file, "100000 x 100000 pixels, at most 64 million");
        Files.write(file, withSize(Files.readAllBytes(write(Images.noise(8, 8, 0))), 8000, 8000));
        refused(file, "which cannot be in");
        Files.write(file, withSize(Files.readAllBytes(write(Images.noise(8, 8, 0))), Integer.MAX_VALUE, 1));
        refused(file, "huge.png is");
    }

    @Test
    void whatIsNoImageIsSaid() throws IOException {
        refused(folder.resolve("missing.png"), "does not exist");
        refused(folder, "is a folder");
        Path file = folder.resolve("text.png");
        Files.writeString(file, "");
        refused(file, "is empty");
        Files.writeString(file, "no picture at all");
        refused(file, "is no PNG, JPEG or WebP");
    }

    @Test
    void damagedFilesAreSaidWhateverTheJdkThrows() throws IOException {
        byte[] png = Files.readAllBytes(write(Images.noise(16, 16, 0)));
        Path damaged = folder.resolve("damaged.png");
        Random random = new Random(11);
        for (int i = 0; i < 500; i++) {
            byte[] copy = i % 2 == 0 ? png.clone() : Arrays.copyOf(png, random.nextInt(png.length));
            for (int change = 0; change < 3 && copy.length > 0; change++) {
                copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
            }
            Files.write(damaged, copy);
            try {
                ImageFiles.readPixels(damaged, 16);
            } catch (InvalidInputException e) {
                assertTrue(e.getMessage().contains("damaged.png"), e.getMessage());
            }
        }
    }

    private void refused(Path file, String words) {
        InvalidInputException e = assertThrows(InvalidInputException.class, () -> ImageFiles.readPixels(file, 16));
        assertTrue(e.getMessage().contains(words), e.getMessage());
        assertTrue(e.getMessage().contains(file.getFileName().toString()), e.getMessage());
    }

    private Path write(RgbImage image) throws IOException {
        Path file = folder.resolve("image.png");
        PngFile.write(file, image, Map.of());
        return file;
    }

    private static byte[] withSize(byte[] png, int width, int height) {
        ByteBuffer bytes = ByteBuffer.wrap(png);
        bytes.putInt(16, width).putInt(20, height);
        CRC32 sum = new CRC32();
        sum.update(png, 12, 17);
        bytes.putInt(29, (int) sum.getValue());
        return png;
    }
}
