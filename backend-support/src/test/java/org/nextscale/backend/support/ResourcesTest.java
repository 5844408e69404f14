package org.nextscale.backend.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourcesTest {
    private final Resources resources = new Resources();
    private final List<String> closed = new ArrayList<>();

    private void open(String name) {
        resources.add(() -> closed.add(name));
    }

    @Test
    void closesInTheOppositeOrderAndOnce() {
        open("first");
        open("second");
        resources.close();
        resources.close();
        assertEquals(List.of("second", "first"), closed);
    }

    @Test
    void closesTheOthersWhateverFails() {
        IOException io = new IOException("the first one's");
        IllegalArgumentException plain = new IllegalArgumentException("the last one's");
        resources.add(() -> {
            throw io;
        });
        open("between");
        resources.add(() -> {
            throw plain;
        });
        assertSame(plain, assertThrows(IllegalArgumentException.class, resources::close));
        assertEquals(List.of(io), List.of(plain.getSuppressed()));
        assertEquals(List.of("between"), closed);
    }
}
