package org.nextscale.backend.onnx.internal.export;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.onnx.internal.graph.GraphType;
import org.nextscale.backend.onnx.internal.graph.WeightShape;
import org.nextscale.backend.onnx.internal.runtime.WeightSet;
import org.nextscale.backend.support.TokenizerTensors;
import org.nextscale.backend.support.TransformerTensors;

/**
 * The small tensors that a caller of the graphs looks things up in, all float32 in one safetensors file: embeddings of
 * classes, positions, codes, and Phi, the quantizer's convolutions.
 */
final class Tables {
    static final String FILE = "tables.safetensors";
    private static final int KERNEL = 3;

    private final List<WeightShape> shapes = new ArrayList<>();
    private final List<WeightSet.Fill> fills = new ArrayList<>();

    Tables(ModelSpec spec, WeightSource tokenizer, WeightSource transformer) {
        TransformerSpec t = spec.transformer();
        int first = spec.pyramid().tokens(0);
        stored("class_embedding", transformer, TransformerTensors.CLASS_EMBEDDING, t.classes() + 1, t.width());
        add("start_position", read(transformer, TransformerTensors.START_POSITION), first, t.width());
        add(
                "positions",
                target -> target.asFloatBuffer().put(TransformerTensors.positions(t, transformer)),
                spec.pyramid().totalTokens(),
                t.width());
        int z = t.latentChannels();
        stored("codebook", tokenizer, TokenizerTensors.CODEBOOK, t.vocabularySize(), z);
        phis("phi.weight", spec, tokenizer, ".weight", z, z, KERNEL, KERNEL);
        phis("phi.bias", spec, tokenizer, ".bias", z);
    }

    private void stored(String table, WeightSource source, String name, long... shape) {
        add(table, read(source, name), shape);
    }

    private static WeightSet.Fill read(WeightSource source, String name) {
        return target -> source.read(name, 0, target.asFloatBuffer());
    }

    /** The same tensor of all convolutions, one behind the other. */
    private void phis(String table, ModelSpec spec, WeightSource source, String suffix, long... shape) {
        List<String> names = TokenizerTensors.phis(spec.tokenizer(), spec.pyramid()).stream()
                .map(phi -> phi + suffix)
                .toList();
        int count = names.size();
        WeightSet.Fill fill = target -> {
            int length = target.remaining() / count;
            for (int i = 0; i < count; i++) {
                ByteBuffer one = target.slice(i * length, length).order(target.order());
                source.read(names.get(i), 0, one.asFloatBuffer());
            }
        };
        long[] all = new long[shape.length + 1];
        all[0] = count;
        System.arraycopy(shape, 0, all, 1, shape.length);
        add(table, fill, all);
    }

    private void add(String table, WeightSet.Fill fill, long... shape) {
        shapes.add(new WeightShape(
                table, GraphType.FLOAT, Arrays.stream(shape).boxed().toList()));
        fills.add(fill);
    }

    /** Name and shape of each. */
    List<WeightShape> shapes() {
        return List.copyOf(shapes);
    }

    /** Length of the file. */
    long bytes() {
        return head().length + shapes.stream().mapToLong(WeightShape::bytes).sum();
    }

    void write(FileWriter writer) throws IOException {
        byte[] head = head();
        List<Piece> pieces = new ArrayList<>();
        long offset = head.length;
        for (int i = 0; i < shapes.size(); i++) {
            pieces.add(new Piece(offset, shapes.get(i).bytes(), fills.get(i)));
            offset += shapes.get(i).bytes();
        }
        writer.write(FILE, head, pieces);
    }

    /** Length and text of safetensors' header, padded so that tensors are aligned. */
    private byte[] head() {
        Map<String, Object> header = new LinkedHashMap<>();
        long begin = 0;
        for (WeightShape table : shapes) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("dtype", "F32");
            entry.put("shape", table.shape());
            entry.put("data_offsets", List.of(begin, begin + table.bytes()));
            header.put(table.name(), entry);
            begin += table.bytes();
        }
        String text = JsonText.text(header);
        String padded = text + " ".repeat(Math.floorMod(-text.length(), Long.BYTES));
        return ByteBuffer.allocate(Long.BYTES + padded.length())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(padded.length())
                .put(padded.getBytes(StandardCharsets.US_ASCII))
                .array();
    }
}
