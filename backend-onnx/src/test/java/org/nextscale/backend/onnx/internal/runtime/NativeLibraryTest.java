package org.nextscale.backend.onnx.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class NativeLibraryTest {
    /** Versions from 1.29 on have their maker's collector of events inside. */
    @Test
    void reportsToNobody() throws IOException {
        Platform platform = Platform.current().orElseThrow();
        for (String file : platform.files()) {
            try (InputStream library = NativeLibraryTest.class.getResourceAsStream(platform.resource(file))) {
                String content = new String(library.readAllBytes(), StandardCharsets.ISO_8859_1);
                assertTrue(content.contains("OrtGetApiBase"), file);
                assertFalse(content.contains("events.data."), file);
            }
        }
    }
}
