package org.nextscale.evaluation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nextscale.backend.onnx.internal.graph.Attribute;
import org.nextscale.backend.onnx.internal.graph.GraphBuilder;
import org.nextscale.backend.onnx.internal.graph.Value;

/**
 * Writes an ONNX file with three features, the mean of each colour, and probabilities, a softmax of ten times those: class 0
 * is red, 1 green, 2 blue.
 */
final class TinyNetwork {
    private final Map<String, String> properties = new LinkedHashMap<>();
    private Object batch = "batch";
    private Object side = "side";
    private String features = "features";

    TinyNetwork property(String key, String value) {
        properties.put(key, value);
        return this;
    }

    TinyNetwork batch(Object size) {
        batch = size;
        return this;
    }

    TinyNetwork side(Object size) {
        side = size;
        return this;
    }

    TinyNetwork features(String name) {
        features = name;
        return this;
    }

    byte[] bytes() {
        GraphBuilder graph = new GraphBuilder("tiny");
        Value image = graph.input("image", batch, 3, side, side);
        Value pooled = graph.node("GlobalAveragePool", image);
        graph.output(graph.named(features, "Flatten", List.of(), pooled), batch, 3);
        Value means = graph.node("Flatten", pooled);
        Value logits = graph.node("Mul", means, graph.real(10));
        graph.output(graph.named("probabilities", "Softmax", List.of(Attribute.integer("axis", 1)), logits), batch, 3);
        ByteArrayOutputStream model = new ByteArrayOutputStream();
        model.writeBytes(graph.build());
        properties.forEach((key, value) -> {
            byte[] entry = join(field(1, text(key)), field(2, text(value)));
            model.writeBytes(field(14, entry));
        });
        return model.toByteArray();
    }

    Path write(Path file) {
        try {
            return Files.write(file, bytes());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] text(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    /** A field of protobuf's wire format with up to 127 bytes. */
    private static byte[] field(int number, byte[] value) {
        byte[] field = new byte[value.length + 2];
        field[0] = (byte) (number << 3 | 2);
        field[1] = (byte) value.length;
        System.arraycopy(value, 0, field, 2, value.length);
        return field;
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
