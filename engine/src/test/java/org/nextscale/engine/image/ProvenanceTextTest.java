package org.nextscale.engine.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;

class ProvenanceTextTest {
    @TempDir
    Path folder;

    @Test
    void comesBackAsItWas() throws IOException {
        Map<String, String> provenance = new LinkedHashMap<>();
        provenance.put("model", "fashion-32");
        provenance.put("class", "café \"T-shirt/top\", ü");
        provenance.put("seed", "-1");
        Path file = folder.resolve("image.png");
        PngFile.write(file, Images.noise(4, 4, 0), ProvenanceText.texts(provenance));
        Map<String, String> read = ProvenanceText.read(file).orElseThrow();
        assertEquals(List.copyOf(provenance.entrySet()), List.copyOf(read.entrySet()));
        assertTrue(PngFile.texts(file).get("parameters").startsWith("model: fashion-32, class: café"));
        assertEquals("Nextscale", PngFile.texts(file).get("Software"));
    }

    @Test
    void aPngOfAnotherProgramHasNone() throws IOException {
        Path file = folder.resolve("other.png");
        PngFile.write(file, Images.noise(4, 4, 0), Map.of("parameters", "a cat"));
        assertEquals(Optional.empty(), ProvenanceText.read(file));
    }

    @Test
    void whatWasTamperedWithIsRefused() throws IOException {
        Path file = folder.resolve("tampered.png");
        for (String json : List.of("", "{", "[]", "{\"seed\":{}}", "{\"seed\":null}", "[".repeat(100_000))) {
            PngFile.write(file, Images.noise(1, 1, 0), Map.of(ProvenanceText.KEYWORD, json));
            InvalidInputException e = assertThrows(InvalidInputException.class, () -> ProvenanceText.read(file), json);
            assertTrue(e.getMessage().contains("tampered.png"), e.getMessage());
        }
    }
}
