package org.nextscale.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.Provenance;
import org.nextscale.api.model.Condition;

class ProvenanceTextTest {
    @TempDir
    Path folder;

    @Test
    void comesBackAsItWas() throws IOException {
        Provenance provenance = Provenance.builder("Nextscale 1.2.3")
                .model("fashion-32", "0123abcd")
                .backend("nd4j:threads=2", "a processor")
                .seed(-1)
                .sampler("multinomial", Map.of("temperature", 1.5))
                .image(3, Condition.ofClass(7), Optional.of("café \"T-shirt/top\", ü"))
                .build();
        Path file = folder.resolve("image.png");
        PngFile.write(file, Images.noise(4, 4, 0), ProvenanceText.texts(provenance));
        Provenance read = ProvenanceText.read(file).orElseThrow();
        assertEquals(
                List.copyOf(provenance.entries().entrySet()),
                List.copyOf(read.entries().entrySet()));
        assertEquals("café \"T-shirt/top\", ü", read.className());
        Map<String, String> texts = PngFile.texts(file);
        assertTrue(texts.get("parameters").startsWith("software: Nextscale 1.2.3, model: fashion-32, "));
        assertEquals("Nextscale 1.2.3", texts.get("Software"));
    }

    @Test
    void aProgramThatIsNotNamedIsThisOne() {
        Provenance provenance = Provenance.parse("an image of an older version", Map.of("seed", "1"));
        assertEquals("Nextscale", ProvenanceText.texts(provenance).get("Software"));
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
        for (String json : List.of(
                "",
                "{",
                "[]",
                "{\"seed\":{}}",
                "{\"seed\":null}",
                "{\"seed\":\"x\"}",
                "{\"class\":\"cat\"}",
                "[".repeat(100_000))) {
            PngFile.write(file, Images.noise(1, 1, 0), Map.of(ProvenanceText.KEYWORD, json));
            InvalidInputException e = assertThrows(InvalidInputException.class, () -> ProvenanceText.read(file), json);
            assertTrue(e.getMessage().contains("tampered.png"), e.getMessage());
        }
    }
}
