package org.nextscale.model.internal.pth;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.export.ModelExporter;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.backend.support.TokenizerTensors;
import org.nextscale.backend.support.TransformerTensors;
import org.nextscale.checkpoint.Checkpoint;
import org.nextscale.checkpoint.internal.ReferenceVectors;
import org.nextscale.checkpoint.internal.storage.Float16;
import org.nextscale.checkpoint.tensor.TensorSource;
import org.nextscale.model.ModelPackage;
import org.nextscale.model.description.PublishedModel;
import org.nextscale.model.export.ModelExport;
import org.nextscale.model.export.WrittenFolder;
import org.nextscale.model.internal.recognition.ShapesOnly;
import org.nextscale.model.making.ModelConversion;

/** What is exported is what the reference implementation saves. */
class PthExporterTest {
    @TempDir
    Path folder;

    private WrittenFolder export(ModelPackage model, Map<String, String> options) {
        return new ModelExport(model, options, folder.resolve("export"), true)
                .run(new PthExporter(), ProgressListener.NONE, Cancellation.NEVER);
    }

    @Test
    void isFoundOnThePlainClassPath() {
        assertTrue(ServiceLoader.load(ModelExporter.class).stream().anyMatch(each -> each.type() == PthExporter.class));
    }

    /** Name, shape and type of every tensor of a published checkpoint, in its order. */
    private static List<WeightInfo> published(String file) throws IOException {
        try (var in = ShapesOnly.class.getResourceAsStream("official-checkpoints.json.gz");
                var text = new InputStreamReader(new GZIPInputStream(in), StandardCharsets.UTF_8)) {
            JsonObject tensors = JsonParser.parseReader(text).getAsJsonObject().getAsJsonObject(file);
            List<WeightInfo> found = new ArrayList<>();
            tensors.asMap().forEach((name, each) -> {
                String type = each.getAsJsonArray().get(0).getAsString();
                List<Long> shape = each.getAsJsonArray().get(1).getAsJsonArray().asList().stream()
                        .map(JsonElement::getAsLong)
                        .toList();
                found.add(new WeightInfo(name, type.equals("int64") ? DataType.I64 : DataType.F32, shape));
            });
            return found;
        }
    }

    @ParameterizedTest
    @EnumSource
    void transformersHaveTheTensorsOfThePublishedCheckpoints(PublishedModel model) throws IOException {
        ShapesOnly weights = ShapesOnly.of("t", TransformerTensors.all(model.transformer()));
        assertEquals(
                published(model.label() + ".pth"),
                new StateDict(model.spec(), Optional.empty())
                        .transformer(weights)
                        .tensors());
    }

    @Test
    void theTokenizerHasTheTensorsOfThePublishedCheckpoint() throws IOException {
        var spec = PublishedModel.VAR_D16.spec();
        ShapesOnly weights = ShapesOnly.of("t", TokenizerTensors.all(spec.tokenizer(), spec.pyramid()));
        // Its modules were registered in another order, which load_state_dict does not look at.
        Comparator<WeightInfo> byName = Comparator.comparing(WeightInfo::name);
        assertEquals(
                published("vae_ch160v4096z32.pth").stream().sorted(byName).toList(),
                new StateDict(spec, Optional.empty())
                        .tokenizer(weights).tensors().stream().sorted(byName).toList());
    }

    /** The sets' checkpoints were written by PyTorch from the reference's modules, buffers and all. */
    @ParameterizedTest
    @ValueSource(strings = {"base", "shared-aln", "plain-attn"})
    void whatPyTorchSavedIsWrittenAgainBitForBit(String set) {
        try (ModelPackage model = ModelPackage.open(ReferenceVectors.set(set))) {
            WrittenFolder written = export(model, Map.of());
            assertEquals(3, written.files());
            try (ModelPackage again = ModelPackage.open(written.path())) {
                again.verify();
                assertEquals(model.spec(), again.spec());
                assertEquals(model.classNames().names(), again.classNames().names());
                assertSame(model.tokenizerWeights(), again.tokenizerWeights());
                assertSame(model.transformerWeights(), again.transformerWeights());
            }
        }
    }

    private static void assertSame(TensorSource expected, TensorSource found) {
        Comparator<WeightInfo> byName = Comparator.comparing(WeightInfo::name);
        assertEquals(
                expected.weights().stream().sorted(byName).toList(),
                found.weights().stream().sorted(byName).toList());
        for (WeightInfo each : expected.weights()) {
            int bytes = Math.toIntExact(each.bytes());
            assertEquals(expected.map(each.name(), 0, bytes), found.map(each.name(), 0, bytes), each.name());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16"})
    void weightsAreRoundedToTheTypeThatIsAskedFor(DataType type) {
        try (ModelPackage model = ModelPackage.open(ReferenceVectors.set("shared-aln"))) {
            Path made = export(model, Map.of("dtype", type.name().toLowerCase(Locale.ROOT)))
                    .path();
            try (Checkpoint again = Checkpoint.open(made.resolve("var.pth"))) {
                again.verify();
                TensorSource found = again.tensors();
                assertEquals(DataType.I64, found.weight("lvl_1L").type());
                for (String name : List.of("head.weight", "attn_bias_for_masking", "blocks.0.attn.zero_k_bias")) {
                    assertEquals(type, found.weight(name).type());
                    float[] expected = read(model.transformerWeights(), name);
                    for (int i = 0; i < expected.length; i++) {
                        expected[i] = rounded(expected[i], type);
                    }
                    assertArrayEquals(expected, read(found, name), name);
                }
            }
        }
    }

    private static float rounded(float value, DataType type) {
        return switch (type) {
            case F16 -> Float16.toFloat(Float16.fromFloat(value));
            case BF16 -> Float16.brainToFloat(Float16.brainFromFloat(value));
            default -> value;
        };
    }

    private static float[] read(TensorSource source, String name) {
        float[] values = new float[Math.toIntExact(source.weight(name).elements())];
        source.read(name, 0, FloatBuffer.wrap(values));
        return values;
    }

    /** A package has weights alone; the buffers come from its architecture. */
    @Test
    void aPackageWithoutBuffersGetsThem() {
        Path made = folder.resolve("package");
        try (ModelPackage model = ModelPackage.open(ReferenceVectors.set("base"))) {
            new ModelConversion(
                            List.of(ReferenceVectors.set("base")),
                            Optional.empty(),
                            made,
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            false,
                            "test")
                    .run(ProgressListener.NONE, Cancellation.NEVER);
            try (ModelPackage stored = ModelPackage.open(made)) {
                assertFalse(stored.transformerWeights().contains("lvl_1L"));
                Path exported = export(stored, Map.of()).path();
                try (ModelPackage again = ModelPackage.open(exported)) {
                    assertSame(model.transformerWeights(), again.transformerWeights());
                    assertArrayEquals(
                            new float[4 * model.spec().tokenizer().vocabularySize()],
                            read(again.tokenizerWeights(), "quantize.ema_vocab_hit_SV"));
                }
            }
        }
    }

    /** Tensors cannot tell them; all that a tokenizer of another type has goes with it. */
    @Test
    void typesOfNetworksStandInTheConfiguration() throws IOException {
        Path source = Files.createDirectory(folder.resolve("source"));
        for (String file : List.of("vae.pth", "var.pth")) {
            Files.copy(ReferenceVectors.set("shared-aln").resolve(file), source.resolve(file));
        }
        String config = Files.readString(ReferenceVectors.set("shared-aln").resolve("config.json"));
        Files.writeString(
                source.resolve("config.json"),
                config.replaceFirst("\\{", "{\"tokenizer_type\": \"lfq\", \"transformer_type\": \"other\","));
        try (ModelPackage model = ModelPackage.open(source);
                ModelPackage again = ModelPackage.open(export(model, Map.of()).path())) {
            assertEquals("lfq", again.spec().tokenizer().type());
            assertEquals("other", again.spec().transformer().type());
            assertSame(model.tokenizerWeights(), again.tokenizerWeights());
        }
    }

    @Test
    void anUnknownTypeIsRefused() {
        try (ModelPackage model = ModelPackage.open(ReferenceVectors.set("base"))) {
            String said = assertThrows(InvalidInputException.class, () -> export(model, Map.of("dtype", "f8")))
                    .getMessage();
            assertEquals("exporter pth: dtype is 'f8', must be one of stored, f32, f16, bf16", said);
            assertFalse(Files.exists(folder.resolve("export")));
        }
    }
}
