package org.nextscale.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.ImageSize;
import org.nextscale.api.image.RgbImage;

/**
 * Files as people have them, read as libjpeg and Pillow read them. The pictures of {@code cases} are four flat squares of 32 pixels; what
 * Pillow 11 sees in their middles stands here.
 */
class OddPicturesTest {
    private static final int[] SQUARES = {0xc82828, 0x28c828, 0x2828c8, 0x818181};

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "rgb.jpg, 2",
        "extraneous.jpg, 2",
        "bad_icc.jpg, 2",
        "icc_missing_part.jpg, 2",
        "jfif_v3.jpg, 2",
        "nojfif_ids012.jpg, 2",
        "cmyk.jpg, 3",
        "p3.jpg, 2",
        "p3.png, 0"
    })
    void isReadAsOthersReadIt(String name, int tolerance) throws Exception {
        requireSquares(ImageFiles.read(file(name)), SQUARES, tolerance);
    }

    @Test
    void aPngIsTurnedLikeAPhotograph() throws Exception {
        int[] turned = {SQUARES[2], SQUARES[0], SQUARES[3], SQUARES[1]};
        requireSquares(ImageFiles.read(file("exif6.png")), turned, 0);
    }

    @Test
    void aWebpIsTurnedAndItsProfileDoesNotMatter() throws IOException {
        BitSet left = new BitSet();
        for (int i = 0; i < 18 * 12; i++) {
            left.set(i, i % 18 < 9);
        }
        byte[] picture = Images.webp(18, 12, left);
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        chunks.write(chunk("VP8X", new byte[] {0x28, 0, 0, 0, 17, 0, 0, 11, 0, 0}));
        chunks.write(chunk("ICCP", "no profile at all".getBytes(StandardCharsets.US_ASCII)));
        chunks.write(picture, 12, picture.length - 12);
        chunks.write(chunk("EXIF", Images.exif(6)));
        byte[] riff = chunk("RIFF", concatenated("WEBP".getBytes(StandardCharsets.US_ASCII), chunks.toByteArray()));
        Path file = Files.write(folder.resolve("turned.webp"), riff);

        assertEquals(new ImageSize(12, 18), ImageFiles.size(file));
        RgbImage read = ImageFiles.read(file);
        for (int i = 0; i < 18 * 12; i++) {
            assertEquals(i / 12 < 9 ? (byte) 255 : 0, read.rgb()[3 * i + 1], "green is above, pixel " + i);
        }
    }

    /** The JDK's own reader is the independent one here: what it makes of a plain file is the same to the bit. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPlainJpegHasTheSameValuesAsEver(boolean progressive) throws IOException {
        for (int type : new int[] {BufferedImage.TYPE_3BYTE_BGR, BufferedImage.TYPE_BYTE_GRAY}) {
            Path file = jpeg(type, progressive);
            BufferedImage known = ImageIO.read(file.toFile());
            assertArrayEquals(rgb(known), ImageFiles.read(file).rgb());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aJpegThatIsCutShortIsDamagedButAMissingEndIsNot(boolean progressive) throws IOException {
        Path file = jpeg(BufferedImage.TYPE_3BYTE_BGR, progressive);
        byte[] whole = Files.readAllBytes(file);
        RgbImage known = ImageFiles.read(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 2));
        assertArrayEquals(known.rgb(), ImageFiles.read(file).rgb());
        Files.write(file, concatenated(whole, new byte[] {1, 2, 3}));
        assertArrayEquals(known.rgb(), ImageFiles.read(file).rgb());

        for (int part = 1; part < 10; part++) {
            Files.write(file, Arrays.copyOf(whole, whole.length * part / 10));
            InvalidInputException e = assertThrows(InvalidInputException.class, () -> ImageFiles.read(file));
            assertTrue(e.getMessage().contains("it is cut short"), e.getMessage());
        }
    }

    @Test
    void transparencyBesideAlphaAndAForeignTextDoNotMatter() throws IOException {
        BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_ARGB);
        for (int i = 0; i < 16; i++) {
            image.setRGB(i % 4, i / 4, 0xff204060 + i);
        }
        Path file = folder.resolve("alpha.png");
        ImageIO.write(image, "png", file.toFile());
        RgbImage known = ImageFiles.read(file);
        byte[] png = Files.readAllBytes(file);
        byte[] added = concatenated(
                pngChunk("tRNS", new byte[] {0, 1, 0, 2, 0, 3}),
                pngChunk("iTXt", new byte[] {0}),
                pngChunk("iCCP", new byte[3]));
        Files.write(file, concatenated(Arrays.copyOf(png, 33), added, Arrays.copyOfRange(png, 33, png.length)));

        assertArrayEquals(known.rgb(), ImageFiles.read(file).rgb());
    }

    @Test
    void aPngWhoseCheckSumDoesNotFitIsDamaged() throws IOException {
        Path file = folder.resolve("sum.png");
        PngFile.write(file, Images.noise(9, 9, 1), Map.of());
        byte[] png = Files.readAllBytes(file);
        png[png.length - 14]++;
        Files.write(file, png);
        InvalidInputException e = assertThrows(InvalidInputException.class, () -> ImageFiles.read(file));

        assertTrue(e.getMessage().contains("check sum of chunk IDAT"), e.getMessage());
    }

    /** Whatever the JDK's reader makes of damaged scans without a warning is what is read here, and what it refuses is refused. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void damagedScansAreReadAsTheJdkReadsThem(boolean progressive) throws IOException {
        Path file = jpeg(BufferedImage.TYPE_3BYTE_BGR, progressive);
        byte[] whole = Files.readAllBytes(file);
        int scan = 0;
        while ((whole[scan] & 0xff) != 0xff || (whole[scan + 1] & 0xff) != 0xda) {
            scan++;
        }
        Random random = new Random(5);
        int same = 0;
        for (int i = 0; i < 400; i++) {
            byte[] damaged = whole.clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                damaged[scan + 14 + random.nextInt(whole.length - scan - 16)] = (byte) random.nextInt(256);
            }
            Files.write(file, damaged);
            Optional<BufferedImage> known = asTheJdk(file);
            try {
                RgbImage read = ImageFiles.read(file);
                if (known.isPresent()) {
                    same++;
                    assertArrayEquals(rgb(known.get()), read.rgb(), "damage " + i);
                }
            } catch (InvalidInputException e) {
                assertTrue(known.isEmpty(), () -> "the JDK reads it: " + e.getMessage());
            }
        }
        assertTrue(same > 20, "some damage changes pixels and no more: " + same);
    }

    /** Empty if it warns or fails. */
    private static Optional<BufferedImage> asTheJdk(Path file) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            boolean[] warned = {false};
            reader.addIIOReadWarningListener((source, words) -> warned[0] = true);
            reader.setInput(in, true, true);
            BufferedImage image = reader.read(0);
            return warned[0] ? Optional.empty() : Optional.of(image);
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        } finally {
            reader.dispose();
        }
    }

    private static byte[] rgb(BufferedImage image) {
        int width = image.getWidth();
        byte[] rgb = new byte[3 * width * image.getHeight()];
        for (int i = 0; i < rgb.length / 3; i++) {
            int[] pixel = image.getRaster().getPixel(i % width, i / width, (int[]) null);
            for (int channel = 0; channel < 3; channel++) {
                rgb[3 * i + channel] = (byte) pixel[pixel.length == 1 ? 0 : channel];
            }
        }
        return rgb;
    }

    private Path jpeg(int type, boolean progressive) throws IOException {
        BufferedImage image = new BufferedImage(45, 31, type);
        for (int i = 0; i < 45 * 31; i++) {
            image.setRGB(i % 45, i / 45, (i * 7919 & 0xff) << 16 | (i / 45 * 8) << 8 | i % 45 * 5);
        }
        Path file = folder.resolve("plain.jpg");
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        Files.deleteIfExists(file);
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
            ImageWriteParam settings = writer.getDefaultWriteParam();
            settings.setProgressiveMode(progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), settings);
        } finally {
            writer.dispose();
        }
        return file;
    }

    private static void requireSquares(RgbImage image, int[] squares, int tolerance) {
        assertEquals(64, image.width());
        assertEquals(64, image.height());
        for (int square = 0; square < 4; square++) {
            int at = 3 * ((16 + square / 2 * 32) * 64 + 16 + square % 2 * 32);
            for (int channel = 0; channel < 3; channel++) {
                assertEquals(
                        squares[square] >> 16 - 8 * channel & 0xff,
                        image.rgb()[at + channel] & 0xff,
                        tolerance,
                        "square " + square + ", channel " + channel);
            }
        }
    }

    private static Path file(String name) throws URISyntaxException {
        return Path.of(OddPicturesTest.class.getResource("cases/" + name).toURI());
    }

    private static byte[] chunk(String type, byte[] data) {
        return ByteBuffer.allocate(8 + data.length + data.length % 2)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(type.getBytes(StandardCharsets.US_ASCII))
                .putInt(data.length)
                .put(data)
                .array();
    }

    private static byte[] pngChunk(String type, byte[] data) {
        byte[] chunk = ByteBuffer.allocate(12 + data.length)
                .putInt(data.length)
                .put(type.getBytes(StandardCharsets.US_ASCII))
                .put(data)
                .array();
        CRC32 sum = new CRC32();
        sum.update(chunk, 4, 4 + data.length);
        ByteBuffer.wrap(chunk).putInt(8 + data.length, (int) sum.getValue());
        return chunk;
    }

    private static byte[] concatenated(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
