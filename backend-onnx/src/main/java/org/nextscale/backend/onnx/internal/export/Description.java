package org.nextscale.backend.onnx.internal.export;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nextscale.api.model.Model;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.onnx.internal.graph.GraphInput;
import org.nextscale.backend.onnx.internal.graph.GraphOutput;
import org.nextscale.backend.onnx.internal.graph.WeightShape;
import org.nextscale.backend.onnx.internal.transformer.Precision;
import org.nextscale.backend.support.TokenizerTensors;

/** What an export says of itself: {@code export.json} for programs, {@code README.md} for people. */
final class Description {
    static final String JSON = "export.json";
    static final String README = "README.md";

    private final byte[] json;
    private final byte[] readme;

    Description(Model model, Precision precision, List<GraphFile> graphs, Tables tables) {
        json = (JsonText.text(document(model, precision, graphs, tables)) + "\n").getBytes(StandardCharsets.UTF_8);
        readme = readme(model, precision).getBytes(StandardCharsets.UTF_8);
    }

    byte[] json() {
        return json;
    }

    byte[] readme() {
        return readme;
    }

    private static Map<String, Object> document(
            Model model, Precision precision, List<GraphFile> graphs, Tables tables) {
        TransformerSpec spec = model.spec().transformer();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("format", "nextscale-onnx-export");
        document.put("formatVersion", 1);
        document.put("model", model.name());
        document.put("fingerprint", model.fingerprint());
        document.put("precision", precision.word());
        document.put("imageSize", model.spec().imageSize());
        document.put("downsampling", model.spec().tokenizer().downsampling());
        document.put("depth", spec.depth());
        document.put("width", spec.width());
        document.put("heads", spec.heads());
        document.put("headSize", spec.headSize());
        document.put("latentChannels", spec.latentChannels());
        document.put("vocabularySize", spec.vocabularySize());
        document.put("classes", spec.classes());
        document.put("unconditionalLabel", spec.classes());
        document.put("scales", scales(model.spec()));
        Map<String, Object> described = new LinkedHashMap<>();
        graphs.forEach(graph -> described.put(graph.name(), describe(graph)));
        document.put("graphs", described);
        document.put("tables", describe(tables));
        document.put("classNames", model.classNames().names());
        return document;
    }

    private static List<Object> scales(ModelSpec spec) {
        List<Object> scales = new ArrayList<>();
        for (int k = 0; k < spec.pyramid().scales(); k++) {
            Scale scale = spec.pyramid().scale(k);
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("side", scale.side());
            entry.put("tokens", scale.tokens());
            entry.put("firstPosition", spec.pyramid().begin(k));
            entry.put("phi", scale.phi(phis(spec)));
            scales.add(entry);
        }
        return scales;
    }

    private static int phis(ModelSpec spec) {
        return TokenizerTensors.phis(spec.tokenizer(), spec.pyramid()).size();
    }

    private static Map<String, Object> describe(GraphFile graph) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("file", graph.file());
        described.put("weights", graph.data());
        Map<String, Object> inputs = new LinkedHashMap<>();
        for (GraphInput input : graph.graph().inputs()) {
            inputs.put(input.name(), input.dimensions());
        }
        described.put("inputs", inputs);
        Map<String, Object> outputs = new LinkedHashMap<>();
        for (GraphOutput output : graph.graph().outputs()) {
            outputs.put(output.name(), output.dimensions());
        }
        described.put("outputs", outputs);
        return described;
    }

    private static Map<String, Object> describe(Tables tables) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("file", Tables.FILE);
        Map<String, Object> shapes = new LinkedHashMap<>();
        for (WeightShape table : tables.shapes()) {
            shapes.put(table.name(), table.shape());
        }
        described.put("shapes", shapes);
        return described;
    }

    private static String readme(Model model, Precision precision) {
        TransformerSpec spec = model.spec().transformer();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("model", model.name());
        values.put("fingerprint", model.fingerprint());
        values.put("precision", precision.word());
        values.put("width", spec.width());
        values.put("depth", spec.depth());
        values.put("heads", spec.heads());
        values.put("head size", spec.headSize());
        values.put("z", spec.latentChannels());
        values.put("vocabulary", spec.vocabularySize());
        values.put("cell", model.spec().tokenizer().downsampling());
        values.put("scales", model.spec().pyramid().scales());
        values.put("tokens", model.spec().pyramid().totalTokens());
        values.put("first tokens", model.spec().pyramid().tokens(0));
        values.put("labels", spec.classes() + 1);
        values.put("unconditional", spec.classes());
        values.put("phis", phis(model.spec()));
        String text = template();
        for (Map.Entry<String, Object> value : values.entrySet()) {
            text = text.replace("${" + value.getKey() + "}", String.format(Locale.ROOT, "%s", value.getValue()));
        }
        return text;
    }

    private static String template() {
        try (InputStream in = Description.class.getResourceAsStream("export-readme.md")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the text of " + README + " cannot be read", e);
        }
    }
}
