package org.nextscale.training.internal.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.FileException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.TrainingException;
import org.nextscale.training.internal.SmallDisk;

class TokenCacheTest {
    private static final int IMAGES = 7;
    private static final int[] LABELS = {3, 1, 4, 1, 5, 9, 2};

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("tokens.cache");
    }

    private static TokenCacheContent content(int vocabulary) {
        return new TokenCacheContent("t1", "d1", List.of(1, 2, 3), vocabulary, View.centred(true), IMAGES);
    }

    @Test
    void everyTokenComesBack() {
        for (int vocabulary : new int[] {4096, 65_536, 65_537, 1_000_000}) {
            TokenCacheContent content = content(vocabulary);
            write(content);
            TokenCache cache = TokenCache.open(file, content);
            assertEquals(content, cache.content());
            for (int image = 0; image < IMAGES; image++) {
                assertEquals(LABELS[image], cache.label(image));
                for (int variant = 0; variant < 2; variant++) {
                    int[] tokens = new int[14];
                    cache.tokens(image, variant, tokens);
                    assertArrayEquals(tokens(vocabulary, image, variant), tokens);
                    int[] later = new int[20];
                    cache.tokens(image, variant, later, 6);
                    assertArrayEquals(tokens, Arrays.copyOfRange(later, 6, 20));
                }
            }
        }
    }

    @Test
    void whatIsNotThereIsRefused() {
        write(content(16));
        TokenCache cache = TokenCache.open(file, content(16));
        assertThrows(IndexOutOfBoundsException.class, () -> cache.tokens(IMAGES, 0, new int[14]));
        assertThrows(IndexOutOfBoundsException.class, () -> cache.tokens(0, 2, new int[14]));
        assertTrue(refusal(folder.resolve("none"), content(16)).contains("does not exist"));
    }

    @Test
    void aCacheOfSomethingElseSaysWhatDiffers() {
        write(content(16));
        List<View> centre = View.centred(false);
        List<Integer> pyramid = List.of(1, 2, 3);
        assertTrue(refusal(new TokenCacheContent("t2", "d1", pyramid, 16, View.centred(true), IMAGES))
                .contains("is of another tokenizer; delete it"));
        assertTrue(refusal(new TokenCacheContent("t1", "d2", pyramid, 16, View.centred(true), IMAGES))
                .contains("other images"));
        assertTrue(refusal(new TokenCacheContent("t1", "d1", pyramid, 16, View.centred(true), 8))
                .contains("7 images instead of 8"));
        assertTrue(refusal(new TokenCacheContent("t1", "d1", List.of(1, 2), 16, View.centred(true), IMAGES))
                .contains("the pyramid [1, 2, 3] instead of [1, 2]"));
        assertTrue(refusal(new TokenCacheContent("t1", "d1", pyramid, 32, View.centred(true), IMAGES))
                .contains("a vocabulary of 16 instead of 32"));
        assertTrue(refusal(new TokenCacheContent("t2", "d1", pyramid, 16, centre, IMAGES))
                .contains("another tokenizer, 2 views an image instead of 1"));
        List<View> others = List.of(View.CENTRE, new View(0, 0, false));
        assertTrue(refusal(new TokenCacheContent("t1", "d1", pyramid, 16, others, IMAGES))
                .contains("others than asked for"));
    }

    @Test
    void everyTruncationIsNoticed() throws IOException {
        write(content(16));
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            String message = refusal(content(16));
            assertTrue(message.contains("is cut short"), length + ": " + message);
            assertTrue(message.contains("delete it to have it made anew"), message);
        }
        Files.write(file, Arrays.copyOf(whole, whole.length + 1));
        assertTrue(refusal(content(16)).contains("is damaged"));
    }

    @Test
    void everyChangedByteIsNoticed() throws IOException {
        write(content(16));
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= 0x41;
            Files.write(file, changed);
            assertEquals(1, refusal(content(16)).lines().count());
        }
    }

    @Test
    void headersThatClaimTooMuchAreRefused() throws IOException {
        write(content(16));
        byte[] whole = Files.readAllBytes(file);
        byte[] changed = whole.clone();
        changed[15] = 0x7f;
        Files.write(file, changed);
        assertTrue(refusal(content(16)).contains("a header of"));
        TokenCacheContent vast = new TokenCacheContent("t1", "d1", List.of(256), 16, View.centred(true), 1 << 28);
        Files.write(file, header(vast));
        assertTrue(refusal(vast).contains("is cut short"));
    }

    private static byte[] header(TokenCacheContent content) {
        byte[] json = content.toJson().getBytes(StandardCharsets.UTF_8);
        ByteBuffer start = ByteBuffer.allocate(16 + json.length + 100).order(ByteOrder.LITTLE_ENDIAN);
        return start.put(TokenCache.MAGIC)
                .putInt(TokenCache.VERSION)
                .putInt(json.length)
                .put(json)
                .array();
    }

    @Test
    void anUnfinishedCacheIsNotThere() throws IOException {
        write(content(16));
        byte[] before = Files.readAllBytes(file);
        try (TokenCacheWriter writer = TokenCacheWriter.create(file, content(16), LABELS)) {
            writer.put(0, 0, new int[14], 0);
            assertTrue(assertThrows(IllegalStateException.class, writer::commit)
                    .getMessage()
                    .contains("1 of 14 views were given; image 0 is the first one missing"));
        }
        assertArrayEquals(before, Files.readAllBytes(file), "the old one stays");
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void tokensOutsideTheVocabularyAreRefused() {
        try (TokenCacheWriter writer = TokenCacheWriter.create(file, content(16), LABELS)) {
            int[] tokens = new int[14];
            tokens[13] = 16;
            assertThrows(IllegalArgumentException.class, () -> writer.put(0, 0, tokens, 0));
            tokens[13] = -1;
            assertThrows(IllegalArgumentException.class, () -> writer.put(0, 0, tokens, 0));
        }
        assertThrows(
                IllegalArgumentException.class, () -> TokenCacheWriter.create(file, content(16), new int[IMAGES - 1]));
    }

    @Test
    void onAFullDiskNothingIsLeft() throws IOException {
        TokenCacheContent large = new TokenCacheContent("t", "d", List.of(16), 4096, View.centred(false), 1000);
        try (SmallDisk disk = SmallDisk.of(200_000)) {
            Path target = disk.folder().resolve("tokens.cache");
            String message = assertThrows(
                            FileException.class, () -> TokenCacheWriter.create(target, large, new int[1000]))
                    .getMessage();
            assertTrue(message.contains("/run needs 1 MB (the tokens of all images)"), message);
            assertEquals(List.of(), disk.names());
        }
        try (SmallDisk disk = SmallDisk.of(700_000)) {
            Path target = disk.folder().resolve("tokens.cache");
            String message = assertThrows(TrainingException.class, () -> {
                        try (TokenCacheWriter writer = TokenCacheWriter.create(target, large, new int[1000])) {
                            Files.write(disk.folder().resolve("somebody else's"), new byte[400_000]);
                            for (int image = 0; image < 1000; image++) {
                                writer.put(image, 0, new int[256], 0);
                            }
                        }
                    })
                    .getMessage();
            assertTrue(message.contains("cannot be written"), message);
            assertEquals(List.of("somebody else's"), disk.names());
        }
        assertFalse(Files.exists(file));
    }

    private void write(TokenCacheContent content) {
        try (TokenCacheWriter writer = TokenCacheWriter.create(file, content, LABELS)) {
            for (int image = IMAGES - 1; image >= 0; image--) {
                for (int variant = 0; variant < 2; variant++) {
                    int[] padded = new int[17];
                    System.arraycopy(tokens(content.vocabulary(), image, variant), 0, padded, 3, 14);
                    writer.put(image, variant, padded, 3);
                }
            }
            writer.commit();
        }
    }

    private static int[] tokens(int vocabulary, int image, int variant) {
        int[] tokens = new Random(2L * image + variant).ints(14, 0, vocabulary).toArray();
        tokens[0] = vocabulary - 1;
        tokens[1] = 0;
        return tokens;
    }

    private String refusal(TokenCacheContent expected) {
        return refusal(file, expected);
    }

    private static String refusal(Path file, TokenCacheContent expected) {
        return assertThrows(InvalidInputException.class, () -> TokenCache.open(file, expected))
                .getMessage();
    }
}
