package org.nextscale.backend.onnx.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.engine.ConformanceReport;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.Nextscale;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.verify.TensorCheck;
import org.nextscale.testkit.ReferenceVectors;
import org.nextscale.testkit.fake.ChangedTensors;

/** The check that backends pass notices what is wrong, and nothing else. */
class ConformanceNoticesTest {

    /** One value of each of these is moved by ten times its tolerance, tokens and masks by one: all of them must be noticed. */
    @Test
    void oneChangedValueIsNoticed(@TempDir Path folder) throws IOException {
        Path set = ReferenceVectors.folder("shared-aln");
        for (String file : List.of("vae.pth", "var.pth", "config.json")) {
            Files.copy(set.resolve(file), folder.resolve(file));
        }
        Map<String, Float> changes = Map.of(
                "encoder_features", 1e-3f,
                "f_hat.1", 1e-3f,
                "reconstruction", 2e-3f,
                "teacher_forcing_logits", 1e-3f,
                "teacher_forcing_loss", 1e-3f,
                "greedy.logits.2", 5e-3f,
                "smooth.logits.4", 0.2f,
                "smooth.image", 4e-2f,
                "sampled.tokens.3", 1f,
                "inpaint.kept.2", 1f);
        ChangedTensors.copy(set.resolve("expected.safetensors"), folder.resolve("expected.safetensors"), changes);
        try (Engine engine = Nextscale.engine()) {
            ConformanceReport report = engine.verify(folder, PluginChoice.of("onnx"), check -> {}, Cancellation.NEVER);
            assertEquals(
                    changes.keySet(),
                    report.checks().stream()
                            .filter(check -> !check.holds())
                            .map(TensorCheck::name)
                            .collect(Collectors.toSet()));
        }
    }
}
