package org.nextscale.cli.internal.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class FileNamesTest {

    @Test
    void classNamesBecomePlainWords() {
        assertEquals("t-shirt-top", FileNames.plain("T-shirt/top"));
        assertEquals("great-white-shark-white-shark", FileNames.plain("great white shark, white shark"));
        assertEquals("caf", FileNames.plain("../café"));
        assertEquals("image", FileNames.plain("猫"));
        assertEquals(60, FileNames.plain("x".repeat(500)).length());
    }

    @Test
    void aFileIsNamedAfterWhatItShows() {
        assertEquals("ankle-boot-seed3", FileNames.ofRequest(List.of("Ankle boot", "Ankle boot"), 3));
        assertEquals("nextscale-seed0", FileNames.ofRequest(List.of("Ankle boot", "bag"), 0));
        assertEquals("photo", FileNames.ofFile(Path.of("a/b/photo.jpg")));
        assertEquals(".hidden", FileNames.ofFile(Path.of(".hidden")));
    }
}
