package org.nextscale.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.RgbImage;
import org.nextscale.image.internal.format.PngFormat;

class PngFileTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64, 300})
    void theJdkReadsThePixelsThatWereWritten(int width) throws IOException {
        RgbImage image = Images.noise(width, 37, width);
        Path file = folder.resolve("noise.png");
        PngFile.write(file, image, Map.of());
        assertArrayEquals(image.rgb(), rgb(ImageIO.read(file.toFile())));
    }

    @Test
    void smoothPicturesCompressWell() throws IOException {
        Path file = folder.resolve("smooth.png");
        PngFile.write(file, Images.gradient(256, 256), Map.of());
        assertArrayEquals(Images.gradient(256, 256).rgb(), rgb(ImageIO.read(file.toFile())));
        assertTrue(Files.size(file) < 10_000, "size is " + Files.size(file));
    }

    @Test
    void textsOfAnyLanguageComeBackInOrder() throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("Software", "Nextscale");
        texts.put("umlaut", "Kätzchen, 猫, 😀");
        texts.put("lines", "one\ntwo \"three\" \\ four");
        texts.put("empty", "");
        Path file = folder.resolve("texts.png");
        PngFile.write(file, Images.noise(3, 3, 0), texts);
        assertEquals(
                List.copyOf(texts.entrySet()), List.copyOf(PngFile.texts(file).entrySet()));
        ImageIO.read(file.toFile());
    }

    @Test
    void textsOfOtherProgramsAreRead() throws IOException {
        Path file = folder.resolve("other.png");
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream deflater = new DeflaterOutputStream(compressed)) {
            deflater.write("squeezed".getBytes(StandardCharsets.ISO_8859_1));
        }
        Files.write(
                file,
                join(
                        PngFormat.SIGNATURE,
                        chunk("zTXt", join(bytes("small\0\0"), compressed.toByteArray())),
                        chunk("iTXt", join(bytes("world\0\1\0de\0Welt\0"), compressed.toByteArray())),
                        chunk("IEND", new byte[0])));
        assertEquals(Map.of("small", "squeezed", "world", "squeezed"), PngFile.texts(file));
    }

    @Test
    void aTextThatUnpacksToGigabytesIsRefused() throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream deflater = new DeflaterOutputStream(compressed)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 64; i++) {
                deflater.write(zeros);
            }
        }
        Path file = folder.resolve("bomb.png");
        Files.write(file, join(PngFormat.SIGNATURE, chunk("zTXt", join(bytes("x\0\0"), compressed.toByteArray()))));
        InvalidInputException e = assertThrows(InvalidInputException.class, () -> PngFile.texts(file));
        assertTrue(e.getMessage().contains("bomb.png") && e.getMessage().contains("16 MB"), e.getMessage());
    }

    @Test
    void everyWayToCutAFileShortIsSaid() throws IOException {
        Path whole = folder.resolve("whole.png");
        PngFile.write(whole, Images.noise(5, 5, 1), Map.of("a", "b"));
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = folder.resolve("cut.png");
        for (int length = 0; length < bytes.length - 4; length++) {
            Files.write(cut, Arrays.copyOf(bytes, length));
            InvalidInputException e = assertThrows(InvalidInputException.class, () -> PngFile.texts(cut));
            assertTrue(e.getMessage().contains("cut.png"), e.getMessage());
        }
    }

    @Test
    void damagedFilesNeverEndInAnythingButAnAnswer() throws IOException {
        Path whole = folder.resolve("whole.png");
        PngFile.write(whole, Images.noise(5, 5, 1), Map.of("a", "b", "ü", "ü"));
        byte[] bytes = Files.readAllBytes(whole);
        Path damaged = folder.resolve("damaged.png");
        Random random = new Random(7);
        for (int i = 0; i < 3000; i++) {
            byte[] copy = bytes.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
            }
            Files.write(damaged, copy);
            try {
                PngFile.texts(damaged);
            } catch (InvalidInputException e) {
                assertTrue(e.getMessage().contains("damaged.png"), e.getMessage());
            }
        }
    }

    @Test
    void aFileIsThereWhenItIsWholeAndNotBefore() throws IOException {
        Path file = folder.resolve("kept.png");
        PngFile.write(file, Images.noise(2, 2, 0), Map.of());
        byte[] before = Files.readAllBytes(file);
        Map<String, String> failing = new LinkedHashMap<>();
        failing.put("broken", null);
        assertThrows(NullPointerException.class, () -> PngFile.write(file, Images.noise(2, 2, 1), failing));
        assertArrayEquals(before, Files.readAllBytes(file));
        try (var files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void aMissingFolderAndAFolderInPlaceOfAFileAreSaid() {
        Path missing = folder.resolve("no/such/boot.png");
        InvalidInputException noFolder = assertThrows(
                InvalidInputException.class, () -> PngFile.write(missing, Images.noise(1, 1, 0), Map.of()));
        assertTrue(noFolder.getMessage().contains("does not exist"), noFolder.getMessage());
        assertThrows(InvalidInputException.class, () -> PngFile.write(folder, Images.noise(1, 1, 0), Map.of()));
    }

    private static byte[] rgb(BufferedImage image) {
        byte[] rgb = new byte[image.getWidth() * image.getHeight() * 3];
        for (int i = 0; i < rgb.length / 3; i++) {
            int pixel = image.getRGB(i % image.getWidth(), i / image.getWidth());
            rgb[3 * i] = (byte) (pixel >> 16);
            rgb[3 * i + 1] = (byte) (pixel >> 8);
            rgb[3 * i + 2] = (byte) pixel;
        }
        return rgb;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] chunk(String type, byte[] data) {
        CRC32 sum = new CRC32();
        sum.update(bytes(type));
        sum.update(data);
        return ByteBuffer.allocate(data.length + 12)
                .putInt(data.length)
                .put(bytes(type))
                .put(data)
                .putInt((int) sum.getValue())
                .array();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
