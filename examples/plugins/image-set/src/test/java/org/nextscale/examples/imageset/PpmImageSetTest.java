package org.nextscale.examples.imageset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.ImagePart;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.ImageSize;
import org.nextscale.testkit.ImageSetSuite;

/** What every set of images promises, and what a hostile file cannot do. */
class PpmImageSetTest extends ImageSetSuite {
    private static final String ONE_PIXEL = "P6 1 1 255 abc";

    @TempDir
    Path folder;

    @Override
    protected String plugin() {
        return "ppm";
    }

    @Override
    protected Path images(Path empty) throws IOException {
        return Files.writeString(empty.resolve("three.ppm"), ONE_PIXEL + "P6\n2 1\n255\nabcdef" + ONE_PIXEL);
    }

    /** A character is a byte. */
    private ImageSet open(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("some.ppm"), content, StandardCharsets.ISO_8859_1);
        return info().plugin().open(file, ImagePart.ALL, note -> {}).orElseThrow();
    }

    @Test
    void imagesStandBehindEachOther() throws IOException {
        try (ImageSet set = open("P6 1 2 255 abcdef" + "P6 2 1 255 ABCDEF")) {
            assertEquals(2, set.size());
            assertEquals(new ImageSize(1, 2), set.imageSize(0));
            assertEquals(new ImageSize(2, 1), set.imageSize(1));
            assertEquals(Optional.empty(), set.commonSize());
            assertArrayEquals(
                    "ABCDEF".getBytes(StandardCharsets.US_ASCII), set.image(1).rgb());
        }
    }

    @Test
    void headersMayHaveComments() throws IOException {
        try (ImageSet set = open("P6 # made by hand\n#and twice\r\n 1\t# wide\n1 # high\n255\nabc")) {
            assertArrayEquals(
                    "abc".getBytes(StandardCharsets.US_ASCII), set.image(0).rgb());
        }
    }

    /** 10 of 20 is half, and nothing is more than all. */
    @Test
    void coloursAreStretchedToBytes() throws IOException {
        try (ImageSet set = open("P6 1 1 20 \0\n\u00ff")) {
            assertArrayEquals(
                    new byte[] {0, (byte) 128, (byte) 255}, set.image(0).rgb());
        }
    }

    @Test
    void itIsNotDivided() throws IOException {
        Path file = Files.writeString(folder.resolve("one.ppm"), ONE_PIXEL);
        assertTrue(info().plugin().open(file, ImagePart.TRAIN, note -> {}).isPresent());
        assertTrue(info().plugin().open(file, ImagePart.TEST, note -> {}).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "||, is empty",
                "|P6 |, image 0 is cut short",
                "|P6 1 1 255|, image 0 is cut short",
                "|P6 1 1 255 ab|, image 0 is cut short",
                "|P6 16384 16384 255 abc|, image 0 is cut short",
                "|P6 1 1 255 abcP6 1 1 255 a|, image 1 is cut short",
                "|P6 1 1 255 abc |, image 1 does not begin with P6",
                "|P6 1 1 255 abcdef|, image 1 does not begin with P6",
                "|P5 1 1 255 abc|, image 0 does not begin with P6",
                "|P61 1 255 abc|, image 0 has no white space behind P6",
                "|P6 0 1 255 abc|, image 0 has no number as its width",
                "|P6 1 -1 255 abc|, image 0 has no number as its height",
                "|P6 1 1x 255 abc|, image 0 has no number as its height",
                "|P6 16385 1 255 abc|, image 0 has a width of more than 16384",
                "|P6 1 99999999999999999999 255 abc|, image 0 has a height of more than 16384",
                "|P6 1 1 65535 abcdef|, image 0 has a largest value of more than 255",
                "|P6 1 1 0 abc|, image 0 has no number as its largest value"
            })
    void aFileOfAnythingElseIsRefused(String content, String why) {
        InvalidInputException refused = assertThrows(InvalidInputException.class, () -> open(content));
        assertTrue(refused.getMessage().endsWith(why), refused.getMessage());
        assertTrue(refused.getMessage().contains("some.ppm"), refused.getMessage());
    }

    @Test
    void aHeaderThatDoesNotEndIsNotReadToItsEnd() {
        InvalidInputException refused =
                assertThrows(InvalidInputException.class, () -> open("P6 #" + "x".repeat(100_000)));
        assertTrue(refused.getMessage().endsWith("a header that does not end"), refused.getMessage());
    }
}
