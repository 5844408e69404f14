package org.nextscale.backend.cuda.internal.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the emulated GPU cannot see: whether nvcc leaves every product and every sum rounded on its own. In PTX only operations
 * that name their rounding are kept apart.
 */
class RoundingTest {
    private static final Pattern INEXACT = Pattern.compile(
            "\\b(fma\\.|mad\\.[a-z.]*f32|(mul|add|sub)(\\.ftz)?\\.f(32|64)|div\\.(approx|full)|[a-z0-9.]+\\.ftz\\.)[^;]*;");

    @ParameterizedTest
    @ValueSource(strings = {"sample_rows", "sample_long_rows", "features_add", "features_input"})
    void everyOperationIsRoundedOnItsOwn(String kernel) throws IOException {
        Matcher body = Pattern.compile("\\.entry " + kernel + "\\(.*?\\n}", Pattern.DOTALL)
                .matcher(ptx());
        assertTrue(body.find());
        List<String> found = INEXACT.matcher(body.group())
                .results()
                .map(match -> match.group().strip())
                .toList();
        assertEquals(List.of(), found);
        assertTrue(body.group().contains("add.rn.f32"), "it adds");
    }

    private static String ptx() throws IOException {
        try (InputStream input =
                RoundingTest.class.getResourceAsStream("/org/nextscale/backend/cuda/kernels/kernels.ptx")) {
            return new String(input.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
