package org.nextscale.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.CancellationToken;
import org.nextscale.api.verify.TensorCheck;

class MetricsConformanceTest {
    private static final Path VECTORS =
            Path.of(System.getProperty("nextscale.root"), "reference-vectors", "metrics.safetensors");

    @TempDir
    Path folder;

    @Test
    void agreesWithTheFieldsImplementations() {
        List<TensorCheck> told = new ArrayList<>();
        List<TensorCheck> checks = MetricsConformance.run(VECTORS, told::add, Cancellation.NEVER);
        assertEquals(
                List.of(
                        "fid",
                        "fid_rank_deficient",
                        "inception_score",
                        "inception_score_splits_of_100",
                        "precision",
                        "recall"),
                checks.stream().map(TensorCheck::name).toList());
        assertEquals(checks, told);
        for (TensorCheck check : checks) {
            assertTrue(check.holds() && check.relativeError() <= 1e-6, check::toString);
        }
    }

    @Test
    void stopsBetweenTwoValues() {
        CancellationToken cancellation = new CancellationToken();
        List<TensorCheck> told = new ArrayList<>();
        assertThrows(
                CancellationException.class,
                () -> MetricsConformance.run(
                        VECTORS,
                        check -> {
                            told.add(check);
                            cancellation.cancel();
                        },
                        cancellation));
        assertEquals(1, told.size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "real_features",
                "generated_features",
                "class_probabilities",
                "expected.fid",
                "expected.inception_score",
                "expected.inception_score_splits_of_100",
                "expected.precision",
                "expected.recall",
                "expected.fid_rank_deficient"
            })
    void noticesOneChangedValue(String tensor) throws IOException {
        Path changed = folder.resolve("changed.safetensors");
        Files.write(changed, changed(Files.readAllBytes(VECTORS), tensor));
        List<TensorCheck> checks = MetricsConformance.run(changed, check -> {}, Cancellation.NEVER);
        long failed = checks.stream().filter(check -> !check.holds()).count();
        assertTrue(failed > 0, checks::toString);
        if (tensor.startsWith("expected.")) {
            assertEquals(1, failed);
        }
    }

    @Test
    void refusesOtherFiles() throws IOException {
        Path other = Path.of(System.getProperty("nextscale.root"), "reference-vectors/base/expected.safetensors");
        assertThrows(InvalidInputException.class, () -> MetricsConformance.run(other, check -> {}, Cancellation.NEVER));
        Path cut = folder.resolve("cut.safetensors");
        byte[] whole = Files.readAllBytes(VECTORS);
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
        assertThrows(InvalidInputException.class, () -> MetricsConformance.run(cut, check -> {}, Cancellation.NEVER));
    }

    @ParameterizedTest
    @ValueSource(strings = {"real_features", "class_probabilities", "expected.fid"})
    void refusesWhatIsNotFinite(String tensor) throws IOException {
        byte[] file = Files.readAllBytes(VECTORS);
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (tensor.startsWith("expected.")) {
            bytes.putDouble(place(file, tensor), Double.NaN);
        } else {
            bytes.putFloat(place(file, tensor), Float.NaN);
        }
        Path changed = Files.write(folder.resolve("changed.safetensors"), file);
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> MetricsConformance.run(changed, check -> {}, Cancellation.NEVER))
                .getMessage();
        assertTrue(message.contains(changed.getFileName() + ": " + tensor + " holds NaN"), message);
    }

    /** Moves the first value of a tensor: by 1 if it is a feature, by a hundredth or two millionths if not. */
    private static byte[] changed(byte[] file, String tensor) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int at = place(file, tensor);
        if (tensor.startsWith("expected.")) {
            bytes.putDouble(at, bytes.getDouble(at) * (1 + 2e-6));
        } else {
            bytes.putFloat(at, bytes.getFloat(at) + (tensor.endsWith("features") ? 1 : 0.01f));
        }
        return file;
    }

    /** Where the first value of a tensor is. */
    private static int place(byte[] file, String tensor) {
        int header = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        String json = new String(file, 8, header, StandardCharsets.UTF_8);
        Matcher place = Pattern.compile("\"" + Pattern.quote(tensor) + "\":\\{[^}]*\"data_offsets\":\\[([0-9]+),")
                .matcher(json);
        assertTrue(place.find(), json);
        return 8 + header + Integer.parseInt(place.group(1));
    }
}
