package org.nextscale.backend.onnx.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.backend.TransformerSession;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.CancellationToken;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.backend.onnx.internal.ExportedGraphs.Tensor;
import org.nextscale.checkpoint.Checkpoint;
import org.nextscale.model.ModelPackage;
import org.nextscale.model.description.PublishedModel;
import org.nextscale.model.export.ModelExport;
import org.nextscale.model.export.WrittenFolder;
import org.nextscale.model.making.ModelSynthesis;
import org.nextscale.testkit.ReferenceVectors;

/**
 * The files of an export, loaded from disk by ONNX Runtime, compute what the backend computes. They are the same graphs, so
 * that on one thread every bit is the same.
 */
class OnnxExporterTest {
    private static final int LABEL = 3;

    @TempDir
    Path temporary;

    @ParameterizedTest
    @CsvSource({"base,f32", "shared-aln,f32", "plain-attn,f32", "shared-aln,int8", "boxed,int8"})
    void theScaleLoopOnTheFilesGivesTheBackendsLogits(String set, String precision) throws OrtException {
        try (ModelPackage model = open(set)) {
            compareLogits(model, precision, model.spec().pyramid().scales());
        }
    }

    /** Seven billion bytes of disk, five of memory, some minutes. */
    @Test
    @Tag("soak")
    void aModelBeyondTwoGigabytesIsTheSame() throws OrtException {
        Path folder = temporary.resolve("d24");
        new ModelSynthesis(PublishedModel.VAR_D24, DataType.BF16, folder, 1, Optional.empty(), false, "test")
                .run(ProgressListener.NONE, Cancellation.NEVER);
        try (ModelPackage model = ModelPackage.open(folder)) {
            compareLogits(model, "f32", 2);
            long size =
                    temporary.resolve("export/transformer.onnx.data").toFile().length();
            assertTrue(size > 2L << 30, size + " bytes");
        }
    }

    private void compareLogits(ModelPackage model, String precision, int scales) throws OrtException {
        try (ExportedGraphs graphs = new ExportedGraphs(export(model, precision));
                Checkpoint tables = Checkpoint.open(temporary.resolve("export/tables.safetensors"));
                Backend backend = backend(precision);
                ScaleTransformer transformer =
                        backend.transformer(model.spec().transformer(), model.transformerWeights());
                TransformerSession session = transformer.begin(Conditions.ofClasses(LABEL), true)) {
            TransformerSpec spec = model.spec().transformer();
            int width = spec.width();
            WeightSource table = tables.tensors();
            float[] classes = table.read("class_embedding", spec.classes() + 1, width);
            float[] start = table.read("start_position", spec.pyramid().tokens(0), width);
            float[] positions = table.read("positions", spec.pyramid().totalTokens(), width);
            float[] labels = new float[2 * width];
            System.arraycopy(classes, LABEL * width, labels, 0, width);
            System.arraycopy(classes, spec.classes() * width, labels, width, width);

            Map<String, Tensor> given =
                    new HashMap<>(graphs.run("condition", Map.of("class_embedding", new Tensor(labels, 2, width))));
            for (String input : graphs.inputs("transformer")) {
                if (input.startsWith("past_")) {
                    given.put(input, new Tensor(new float[0], 2, spec.heads(), 0, spec.headSize()));
                }
            }
            for (int k = 0; k < scales; k++) {
                int tokens = spec.pyramid().tokens(k);
                int first = spec.pyramid().begin(k) * width;
                float[] here = Arrays.copyOfRange(positions, first, first + tokens * width);
                float[] features = features(spec, k);
                if (k == 0) {
                    given.put("x", new Tensor(begin(labels, start, here), 2, tokens, width));
                } else {
                    Map<String, Tensor> embedded = graphs.run(
                            "embedding",
                            Map.of(
                                    "features",
                                    new Tensor(twice(features), 2, tokens, spec.latentChannels()),
                                    "positions",
                                    new Tensor(here, 1, tokens, width)));
                    given.put("x", embedded.get("y"));
                }
                Map<String, Tensor> made = graphs.run("transformer", given);
                ScaleLogits wanted = session.next(k == 0 ? new float[0] : features, true);
                float[] found = made.get("y").values();
                int half = found.length / 2;
                assertArrayEquals(values(wanted.conditional()), Arrays.copyOf(found, half), "scale " + k);
                assertArrayEquals(
                        values(wanted.unconditional().orElseThrow()), Arrays.copyOfRange(found, half, 2 * half));
                made.forEach((name, tensor) ->
                        given.computeIfPresent(name.replace("present_", "past_"), (past, before) -> tensor));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"base,f32", "shared-aln,f32", "plain-attn,f32", "shared-aln,int8", "boxed,int8"})
    void encoderAndDecoderAreTheBackends(String set, String precision) throws OrtException {
        try (ModelPackage model = open(set);
                ExportedGraphs graphs = new ExportedGraphs(export(model, precision));
                Backend backend = backend(precision);
                TokenizerNetwork network =
                        backend.tokenizerNetwork(model.spec().tokenizer(), model.tokenizerWeights())) {
            ModelSpec spec = model.spec();
            int z = spec.tokenizer().latentChannels();
            int side = spec.pyramid().finestSide();
            int size = spec.imageSize();
            float[] pixels = noise(3 * size * size, 0.3f);
            FeatureMap features = network.encode(new Pixels(1, size, size, pixels));
            Tensor encoded = graphs.run("encoder", Map.of("x", new Tensor(pixels, 1, 3, size, size)))
                    .get("y");
            assertArrayEquals(new long[] {1, z, side, side}, encoded.shape());
            assertArrayEquals(features.values(), encoded.values());
            Tensor decoded = graphs.run("decoder", Map.of("x", new Tensor(features.values(), 1, z, side, side)))
                    .get("y");
            assertArrayEquals(new long[] {1, 3, size, size}, decoded.shape());
            assertArrayEquals(network.decode(features).values(), decoded.values());
            if (precision.equals("f32")) {
                Tensor both = graphs.run("decoder", Map.of("x", new Tensor(twice(features.values()), 2, z, side, side)))
                        .get("y");
                assertArrayEquals(twice(decoded.values()), both.values());
            }
        }
    }

    /** Small or large, a weight is in the data file, whose end is that of its last weight; the graph is small. */
    @Test
    void weightsAreOutsideTheGraphs() throws IOException {
        try (ModelPackage model = open("base")) {
            Path export = export(model, "f32");
            long weights =
                    model.transformerWeights().weight("blocks.0.ffn.fc1.weight").elements() * Float.BYTES;
            assertTrue(Files.size(export.resolve("transformer.onnx.data")) > weights);
            assertTrue(Files.size(export.resolve("transformer.onnx")) < weights / 4);
            Files.delete(export.resolve("transformer.onnx.data"));
            try (ExportedGraphs graphs = new ExportedGraphs(export)) {
                assertThrows(OrtException.class, () -> graphs.inputs("transformer"));
            } catch (OrtException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void theDescriptionSaysWhatACallerNeeds() throws IOException {
        try (ModelPackage model = open("base")) {
            Path export = export(model, "int8");
            JsonObject json = JsonParser.parseString(Files.readString(export.resolve("export.json")))
                    .getAsJsonObject();
            TransformerSpec spec = model.spec().transformer();
            assertEquals("int8", json.get("precision").getAsString());
            assertEquals(model.fingerprint(), json.get("fingerprint").getAsString());
            assertEquals(spec.classes(), json.get("unconditionalLabel").getAsInt());
            assertEquals(spec.classes(), json.getAsJsonArray("classNames").size());
            JsonArray scales = json.getAsJsonArray("scales");
            assertEquals(spec.pyramid().scales(), scales.size());
            JsonObject last = scales.get(scales.size() - 1).getAsJsonObject();
            assertEquals(spec.pyramid().finestSide(), last.get("side").getAsInt());
            assertEquals(
                    spec.pyramid().begin(scales.size() - 1),
                    last.get("firstPosition").getAsInt());
            assertEquals(
                    model.spec().tokenizer().phiCount() - 1, last.get("phi").getAsInt());
            JsonObject transformer = json.getAsJsonObject("graphs").getAsJsonObject("transformer");
            assertEquals(
                    "[\"batch\",%d,\"past\",%d]".formatted(spec.heads(), spec.headSize()),
                    transformer.getAsJsonObject("inputs").get("past_key.1").toString());
            assertTrue(transformer.getAsJsonObject("outputs").has("present_value.0"));
            String readme = Files.readString(export.resolve("README.md"));
            assertFalse(readme.contains("${"), readme);
            assertTrue(readme.contains("# " + model.name() + " as ONNX graphs"), readme);
        }
    }

    @Test
    void tablesAreTheModels() {
        try (ModelPackage model = open("base")) {
            Path export = export(model, "f32");
            try (Checkpoint tables = Checkpoint.open(export.resolve("tables.safetensors"))) {
                int z = model.spec().tokenizer().latentChannels();
                int codes = model.spec().tokenizer().vocabularySize();
                assertArrayEquals(
                        model.tokenizerWeights().read("quantize.embedding.weight", codes, z),
                        tables.tensors().read("codebook", codes, z));
                int phis = model.spec().tokenizer().phiCount();
                float[] all = tables.tensors().read("phi.weight", phis, z, z, 3, 3);
                for (int i = 0; i < phis; i++) {
                    assertArrayEquals(
                            model.tokenizerWeights().read("quantize.quant_resi.qresi_ls." + i + ".weight", z, z, 3, 3),
                            Arrays.copyOfRange(all, i * z * z * 9, (i + 1) * z * z * 9));
                }
                assertEquals(phis * z, tables.tensors().weight("phi.bias").elements());
            }
        }
    }

    /** At every point where it could be stopped. */
    @Test
    void whatEndsTheWritingLeavesNothing() {
        try (ModelPackage model = open("plain-attn")) {
            List<Long> steps = new ArrayList<>();
            new ModelExport(model, Map.of(), temporary.resolve("whole"), false)
                    .run(new OnnxExporter(), (file, written, total) -> steps.add(written), Cancellation.NEVER);
            assertTrue(steps.size() > 100);
            for (int i = 0; i + 1 < steps.size(); i += 25) {
                long end = steps.get(i);
                CancellationToken cancellation = new CancellationToken();
                assertLeavesNothing(model, CancellationException.class, end, cancellation::cancel, cancellation);
                Runnable fail = () -> {
                    throw new IllegalArgumentException("enough");
                };
                assertLeavesNothing(model, IllegalArgumentException.class, end, fail, Cancellation.NEVER);
            }
        }
    }

    private void assertLeavesNothing(
            ModelPackage model, Class<? extends Exception> why, long end, Runnable then, Cancellation cancellation) {
        ModelExport export = new ModelExport(model, Map.of(), temporary.resolve("new/export"), false);
        ProgressListener ending = (file, written, total) -> {
            if (written >= end) {
                then.run();
            }
        };
        assertThrows(why, () -> export.run(new OnnxExporter(), ending, cancellation));
        assertFalse(Files.exists(temporary.resolve("new")));
    }

    @Test
    void theSizeIsKnownBeforehand() throws IOException {
        try (ModelPackage model = open("plain-attn")) {
            List<Long> totals = new ArrayList<>();
            WrittenFolder written = new ModelExport(model, Map.of(), temporary.resolve("export"), false)
                    .run(new OnnxExporter(), (file, done, total) -> totals.add(total), Cancellation.NEVER);
            assertEquals(totals.get(0), written.bytes());
            try (Stream<Path> files = Files.list(written.path())) {
                assertEquals(13, files.count());
            }
        }
    }

    private Path export(ModelPackage model, String precision) {
        return new ModelExport(model, Map.of("precision", precision), temporary.resolve("export"), false)
                .run(new OnnxExporter(), ProgressListener.NONE, Cancellation.NEVER)
                .path();
    }

    private static ModelPackage open(String set) {
        return set.equals("boxed") ? BoxedModel.open() : ModelPackage.open(ReferenceVectors.folder(set));
    }

    private static Backend backend(String precision) {
        BackendProvider provider = new OnnxBackendProvider();
        return provider.open(ParameterValues.of(
                "backend onnx", provider.parameters(), Map.of("precision", precision, "threads", "1")));
    }

    /** The input of the first scale for two sequences. */
    private static float[] begin(float[] labels, float[] start, float[] positions) {
        int width = labels.length / 2;
        float[] x = new float[2 * start.length];
        for (int i = 0; i < x.length; i++) {
            int at = i % start.length;
            x[i] = labels[i / start.length * width + at % width] + start[at] + positions[at];
        }
        return x;
    }

    private static float[] features(TransformerSpec spec, int scale) {
        ScalePyramid pyramid = spec.pyramid();
        return noise(pyramid.tokens(scale) * spec.latentChannels(), 1);
    }

    private static float[] noise(int length, float size) {
        Random random = new Random(length);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = size * (float) random.nextGaussian();
        }
        return values;
    }

    private static float[] twice(float[] values) {
        float[] both = Arrays.copyOf(values, 2 * values.length);
        System.arraycopy(values, 0, both, values.length, values.length);
        return both;
    }

    private static float[] values(Logits logits) {
        float[] all = new float[logits.tokens() * logits.vocabulary()];
        float[] row = new float[logits.vocabulary()];
        for (int token = 0; token < logits.tokens(); token++) {
            logits.copyRow(0, token, row);
            System.arraycopy(row, 0, all, token * row.length, row.length);
        }
        return all;
    }
}
