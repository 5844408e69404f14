package org.nextscale.model.internal.recognition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.backend.support.TokenizerTensors;
import org.nextscale.backend.support.TransformerTensors;
import org.nextscale.model.description.ModelConfig;
import org.nextscale.model.description.PublishedModel;

class RecognitionTest {

    /** The tensors of a published checkpoint, {@code lvl_1L} without content left out. */
    private static ShapesOnly published(String file) throws IOException {
        try (var in = RecognitionTest.class.getResourceAsStream("official-checkpoints.json.gz");
                var text = new InputStreamReader(new GZIPInputStream(in), StandardCharsets.UTF_8)) {
            JsonObject tensors = JsonParser.parseReader(text).getAsJsonObject().getAsJsonObject(file);
            ShapesOnly shapes = new ShapesOnly(file);
            for (Map.Entry<String, JsonElement> each : tensors.entrySet()) {
                DataType type =
                        each.getValue().getAsJsonArray().get(0).getAsString().equals("int64")
                                ? DataType.I64
                                : DataType.F32;
                List<Long> shape = each.getValue().getAsJsonArray().get(1).getAsJsonArray().asList().stream()
                        .map(JsonElement::getAsLong)
                        .toList();
                shapes.put(each.getKey(), type, shape);
            }
            return shapes.remove("lvl_1L");
        }
    }

    @ParameterizedTest
    @EnumSource
    void publishedTransformersAreKnownByNamesAndShapes(PublishedModel model) throws IOException {
        ShapesOnly tensors = published(model.label() + ".pth");
        TransformerSpec found = TransformerRecognition.recognize(tensors, ModelConfig.NONE);
        assertEquals(model.transformer(), found);
        assertEquals(model, PublishedModel.of(found).orElseThrow());
        assertEquals(model.label(), PublishedModel.describe(found));
        int size = model == PublishedModel.VAR_D36 ? 512 : 256;
        assertEquals(
                model.label() + ", " + size + " px",
                PublishedModel.describe(ModelSpec.of(PublishedModel.TOKENIZER, found)));
        List<String> buffers = tensors.weights().stream()
                .map(WeightInfo::name)
                .filter(each -> !each.endsWith(".zero_k_bias") && !each.equals("attn_bias_for_masking"))
                .toList();
        assertEquals(
                buffers,
                TransformerTensors.all(found).stream().map(TensorShape::name).toList());
    }

    @Test
    void thePublishedTokenizerIsKnownByNamesAndShapes() throws IOException {
        ShapesOnly tensors = published("vae_ch160v4096z32.pth");
        TokenizerSpec found = TokenizerRecognition.recognize(tensors, ModelConfig.NONE, ScalePyramid.PX256);
        assertEquals(PublishedModel.TOKENIZER, found);
        List<String> needed = TokenizerTensors.all(found, ScalePyramid.PX256).stream()
                .map(TensorShape::name)
                .sorted()
                .toList();
        List<String> present = tensors.weights().stream()
                .map(WeightInfo::name)
                .filter(each -> !each.equals("quantize.ema_vocab_hit_SV"))
                .sorted()
                .toList();
        assertEquals(present, needed);
    }

    private static final TransformerSpec SMALL = TransformerSpec.builder(2)
            .width(128)
            .heads(4)
            .classes(7)
            .latentChannels(8)
            .vocabularySize(64)
            .pyramid(ScalePyramid.of(1, 2, 3))
            .build();

    private static ShapesOnly small(TransformerSpec spec) {
        ShapesOnly shapes = ShapesOnly.of("small.pth", TransformerTensors.all(spec));
        float[] levels = new float[spec.pyramid().totalTokens()];
        for (int scale = 0; scale < spec.pyramid().scales(); scale++) {
            int begin = spec.pyramid().begin(scale);
            Arrays.fill(levels, begin, begin + spec.pyramid().tokens(scale), scale);
        }
        return shapes.levels(levels);
    }

    private static String refusal(ShapesOnly shapes, ModelConfig config) {
        String message = assertThrows(
                        InvalidInputException.class, () -> TransformerRecognition.recognize(shapes, config))
                .getMessage();
        assertEquals(1, message.lines().count());
        return message;
    }

    @Test
    void everyShapeOfTransformerIsRecognized() {
        for (TransformerSpec spec : List.of(
                SMALL,
                TransformerSpec.builder(1)
                        .width(64)
                        .heads(2)
                        .feedForward(100)
                        .classes(1)
                        .sharedAdaLn(true)
                        .latentChannels(4)
                        .vocabularySize(2)
                        .pyramid(ScalePyramid.of(1))
                        .build(),
                TransformerSpec.builder(3)
                        .width(192)
                        .heads(3)
                        .classes(1000)
                        .l2NormAttention(false)
                        .latentChannels(8)
                        .vocabularySize(64)
                        .pyramid(ScalePyramid.of(2, 2, 5))
                        .build())) {
            assertEquals(spec, TransformerRecognition.recognize(small(spec), ModelConfig.NONE));
        }
    }

    @Test
    void whatTensorsCannotTellIsAskedFor() {
        assertTrue(refusal(small(SMALL).remove("lvl_1L"), ModelConfig.NONE).contains("give patch_nums"));
        TransformerSpec plain = TransformerSpec.builder(1)
                .width(96)
                .heads(3)
                .classes(10)
                .l2NormAttention(false)
                .latentChannels(8)
                .vocabularySize(64)
                .pyramid(ScalePyramid.of(1, 2))
                .build();
        assertTrue(refusal(small(plain), ModelConfig.NONE).contains("give num_heads"));
    }

    @Test
    void damagedModelsAreRefusedByTensor() {
        assertTrue(refusal(small(SMALL).levels(0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 1), ModelConfig.NONE)
                .contains("lvl_1L does not list square scales"));
        assertTrue(refusal(small(SMALL).remove("blocks.1.ffn.fc2.bias"), ModelConfig.NONE)
                .contains("small.pth: lacks 1 of the 34 tensors of a transformer, VAR of depth 2 and width 128: "
                        + "blocks.1.ffn.fc2.bias"));
        assertTrue(refusal(small(SMALL).put("blocks.1.ffn.fc2.bias", DataType.F32, List.of(3L)), ModelConfig.NONE)
                .contains("small.pth: blocks.1.ffn.fc2.bias has shape [3], expected [128]"));
        assertTrue(refusal(small(SMALL).put("head.bias", DataType.I64, List.of(64L)), ModelConfig.NONE)
                .contains("head.bias is stored as I64"));
        assertTrue(refusal(small(SMALL).remove("word_embed.weight"), ModelConfig.NONE)
                .contains("has no tensor word_embed.weight"));
        assertTrue(refusal(small(SMALL).put("class_emb.weight", DataType.F32, List.of(0L, 128L)), ModelConfig.NONE)
                .contains("small.pth: transformer: num_classes is -1"));
        assertTrue(refusal(small(SMALL).put("head.weight", DataType.F32, List.of(64L)), ModelConfig.NONE)
                .contains("head.weight has shape [64], expected 2 dimensions"));
        assertTrue(refusal(new ShapesOnly("none.pth"), ModelConfig.NONE).contains("has no transformer blocks"));
    }

    @Test
    void tokenizersWithOnePhiAScaleAreRecognized() {
        TokenizerSpec spec = TokenizerSpec.builder()
                .channels(64)
                .channelMultipliers(List.of(1, 3))
                .residualBlocks(1)
                .latentChannels(8)
                .vocabularySize(64)
                .phiCount(0)
                .build();
        ShapesOnly shapes = ShapesOnly.of("own.pth", TokenizerTensors.all(spec, ScalePyramid.of(1, 2, 3)));
        assertEquals(spec, TokenizerRecognition.recognize(shapes, ModelConfig.NONE, ScalePyramid.of(1, 2, 3)));
        assertEquals(spec, TokenizerRecognition.recognize(shapes, ModelConfig.NONE));
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> TokenizerRecognition.recognize(shapes, ModelConfig.NONE, ScalePyramid.of(1, 2, 3, 4)))
                .getMessage();
        assertTrue(message.contains("quantize.quant_resi.3.weight"), message);
    }

    @Test
    void oddTokenizersAreRefused() {
        TokenizerSpec spec = TokenizerSpec.builder()
                .channels(64)
                .channelMultipliers(List.of(1, 2))
                .residualBlocks(1)
                .latentChannels(8)
                .vocabularySize(64)
                .phiCount(1)
                .build();
        ShapesOnly shapes = ShapesOnly.of("odd.pth", TokenizerTensors.all(spec, ScalePyramid.of(1)));
        shapes.put("encoder.conv_in.weight", DataType.F32, List.of(48L, 3L, 3L, 3L));
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> TokenizerRecognition.recognize(shapes, ModelConfig.NONE, ScalePyramid.of(1)))
                .getMessage();
        assertTrue(message.contains("odd.pth: encoder.down.0.block.0.conv1.weight has 64 channels"), message);
    }
}
