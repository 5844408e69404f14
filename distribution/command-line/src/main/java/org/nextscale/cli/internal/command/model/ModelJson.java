package org.nextscale.cli.internal.command.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.cli.internal.text.Json;
import org.nextscale.model.description.ModelManifest;

/** Models as JSON. */
final class ModelJson {
    private ModelJson() {}

    static void addTo(JsonObject json, ModelManifest manifest, String fingerprint) {
        json.addProperty("image-size", manifest.spec().imageSize());
        json.addProperty("dtype", ModelText.type(manifest.dataType()));
        json.addProperty("model-fingerprint", fingerprint);
        json.addProperty(
                "bytes", manifest.tokenizer().bytes() + manifest.transformer().bytes());
        json.add("transformer", of(manifest.spec().transformer()));
        json.add("tokenizer", of(manifest.spec().tokenizer()));
    }

    static JsonObject of(TransformerSpec spec) {
        return Json.object(
                "depth", spec.depth(),
                "width", spec.width(),
                "heads", spec.heads(),
                "feed-forward", spec.feedForward(),
                "classes", spec.classes(),
                "shared-ada-ln", spec.sharedAdaLn(),
                "l2-norm-attention", spec.l2NormAttention(),
                "patch-nums", numbers(spec.pyramid().patchNums()),
                "tokens", spec.pyramid().totalTokens());
    }

    static JsonObject of(TokenizerSpec spec) {
        return Json.object(
                "channels", spec.channels(),
                "channel-multipliers", numbers(spec.channelMultipliers()),
                "residual-blocks", spec.residualBlocks(),
                "latent-channels", spec.latentChannels(),
                "vocabulary-size", spec.vocabularySize(),
                "phi-count", spec.phiCount(),
                "cosine", spec.cosine());
    }

    private static JsonArray numbers(List<Integer> values) {
        JsonArray array = new JsonArray();
        values.forEach(array::add);
        return array;
    }
}
