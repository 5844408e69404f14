package org.nextscale.image.internal.set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.ImageSize;

class JoinedImageSetTest {
    private final ImageSet first = images("first", 2, 1, List.of("a", "b"), 0, 1);
    private final ImageSet second = images("second", 2, 1, List.of("a", "b", "c"), 2);

    @Test
    void oneFollowsTheOther() {
        ImageSet joined = joined(first, second);
        assertEquals("first", joined.description());
        assertEquals(3, joined.size());
        assertEquals(first.name(1), joined.name(1));
        assertEquals(second.name(0), joined.name(2));
        assertEquals(OptionalInt.of(1), joined.label(1));
        assertEquals(OptionalInt.of(2), joined.label(2));
        assertEquals(6, joined.image(1).rgb()[0]);
        assertEquals(0, joined.image(2).rgb()[0]);
        assertEquals(new ImageSize(2, 1), joined.imageSize(2));
        assertTrue(joined.isRandomAccess());
    }

    @Test
    void eitherPartMayLackTheLastClasses() {
        assertEquals(List.of("a", "b", "c"), joined(first, second).classNames());
        assertEquals(List.of("a", "b", "c"), joined(second, first).classNames());
    }

    @Test
    void haveASizeInCommonIfBothHave() {
        assertEquals(Optional.of(new ImageSize(2, 1)), joined(first, second).commonSize());
        assertEquals(
                Optional.empty(),
                joined(first, images("square", 2, 2, List.of("a"), 0)).commonSize());
    }

    @Test
    void theFingerprintDependsOnBothAndTheirOrder() {
        assertEquals(joined(first, second).fingerprint(), joined(first, second).fingerprint());
        assertNotEquals(
                joined(first, second).fingerprint(), joined(second, first).fingerprint());
        assertNotEquals(
                joined(first, second).fingerprint(), joined(first, first).fingerprint());
    }

    @Test
    void aPartThatIsNotThereIsLeftOut() {
        assertSame(
                first, JoinedImageSet.of(Optional.of(first), Optional.empty()).orElseThrow());
        assertSame(
                second, JoinedImageSet.of(Optional.empty(), Optional.of(second)).orElseThrow());
        assertTrue(JoinedImageSet.of(Optional.empty(), Optional.empty()).isEmpty());
    }

    private static ImageSet joined(ImageSet first, ImageSet second) {
        return JoinedImageSet.of(Optional.of(first), Optional.of(second)).orElseThrow();
    }

    private static ImageSet images(String name, int width, int height, List<String> classNames, int... labels) {
        byte[] stored = new byte[labels.length];
        for (int i = 0; i < stored.length; i++) {
            stored[i] = (byte) labels[i];
        }
        byte[] bytes = new byte[labels.length * width * height * 3];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        return new StoredImageSet(
                name, new ImageSize(width, height), 3, bytes, Optional.of(stored), classNames, name + "'s digest");
    }
}
